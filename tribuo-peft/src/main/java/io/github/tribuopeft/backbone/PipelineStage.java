package io.github.tribuopeft.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** One of the places of a tokenizer that a component can fill, with the kinds that are allowed there. */
final class PipelineStage {

    private static final String SEQUENCE = "Sequence";
    private static final int DEEPEST = 8;
    private static final int LONGEST = 24;

    private final String key;
    private final String elements;
    private final Map<String, ComponentSchema> kinds = new LinkedHashMap<>();

    /**
     * A role.
     *
     * @param key the role's key in the file
     * @param elements the key of the components of a {@code Sequence}
     * @param kinds the kinds that are allowed, in addition to {@code Sequence}
     */
    PipelineStage(String key, String elements, ComponentSchema... kinds) {
        this.key = key;
        this.elements = elements;
        Stream.of(kinds).forEach(kind -> this.kinds.put(kind.name(), kind));
    }

    /** Returns copies of a tokenizer's components in the order in which they run; nested sequences are flattened. */
    List<ObjectNode> components(TokenizerNode tokenizer) throws IOException {
        List<ObjectNode> components = new ArrayList<>();
        TokenizerNode component = tokenizer.at(key);
        if (!component.isAbsent()) {
            collect(component, DEEPEST, components);
        }
        return components;
    }

    private void collect(TokenizerNode component, int depth, List<ObjectNode> components) throws IOException {
        String type = component.object().at(ComponentSchema.TYPE).text(1, 100);
        if (type.equals(SEQUENCE)) {
            component.requireKeys(Set.of(ComponentSchema.TYPE, elements));
            if (depth == 0) {
                throw new IOException(key + " nests sequences more than " + DEEPEST + " deep");
            }
            TokenizerNode parts = component.at(elements).array(LONGEST);
            for (int i = 0; i < parts.json().size(); i++) {
                collect(parts.at(i), depth - 1, components);
            }
            return;
        }
        ComponentSchema kind = kinds.get(type);
        if (kind == null) {
            throw new IOException(key + " '" + TokenizerNode.shown(type) + "' is not supported; supported: "
                    + String.join(", ", kinds.keySet()) + ", " + SEQUENCE);
        }
        components.add(kind.copy(component));
        if (components.size() > LONGEST) {
            throw new IOException(key + " has more than " + LONGEST + " components");
        }
    }

    /** Returns the one component that does what several do in turn; null if there is none. */
    JsonNode sequence(List<ObjectNode> components) {
        if (components.size() < 2) {
            return components.isEmpty() ? NullNode.instance : components.get(0);
        }
        ObjectNode sequence = JsonNodeFactory.instance.objectNode().put(ComponentSchema.TYPE, SEQUENCE);
        ArrayNode all = sequence.putArray(elements);
        components.forEach(all::add);
        return sequence;
    }

    /** Whether a component is of one of the kinds. */
    static boolean isOf(JsonNode component, String... kinds) {
        return List.of(kinds).contains(component.path(ComponentSchema.TYPE).asText());
    }
}
