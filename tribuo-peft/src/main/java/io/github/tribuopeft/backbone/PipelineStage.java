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

/** Stage of a tokenizer's pipeline, such as the normalizer, with the types of components that are allowed in it. */
final class PipelineStage {

    private static final String SEQUENCE = "Sequence";
    private static final int MAX_DEPTH = 8;
    private static final int MAX_COMPONENTS = 24;

    private final String key;
    private final String elements;
    private final Map<String, ComponentSchema> schemas = new LinkedHashMap<>();

    /**
     * Creates a stage.
     *
     * @param key key of the stage in the file
     * @param elements key of the components of a {@code Sequence}
     * @param schemas the types that are allowed in addition to {@code Sequence}
     */
    PipelineStage(String key, String elements, ComponentSchema... schemas) {
        this.key = key;
        this.elements = elements;
        Stream.of(schemas).forEach(schema -> this.schemas.put(schema.name(), schema));
    }

    /**
     * Returns copies of the components of this stage in the order in which they run; nested sequences are flattened.
     */
    List<ObjectNode> components(TokenizerNode tokenizer) throws IOException {
        List<ObjectNode> components = new ArrayList<>();
        TokenizerNode component = tokenizer.at(key);
        if (!component.isAbsent()) {
            collect(component, MAX_DEPTH, components);
        }
        return components;
    }

    private void collect(TokenizerNode component, int depth, List<ObjectNode> components) throws IOException {
        String type = component.object().at(ComponentSchema.TYPE).text(1, 100);
        if (type.equals(SEQUENCE)) {
            component.requireKeys(Set.of(ComponentSchema.TYPE, elements));
            if (depth == 0) {
                throw new IOException(key + " nests sequences more than " + MAX_DEPTH + " deep");
            }
            TokenizerNode parts = component.at(elements).array(MAX_COMPONENTS);
            for (int i = 0; i < parts.json().size(); i++) {
                collect(parts.at(i), depth - 1, components);
            }
            return;
        }
        ComponentSchema schema = schemas.get(type);
        if (schema == null) {
            throw new IOException(key + " '" + TokenizerNode.shown(type) + "' is not supported; supported: "
                    + String.join(", ", schemas.keySet()) + ", " + SEQUENCE);
        }
        components.add(schema.copy(component));
        if (components.size() > MAX_COMPONENTS) {
            throw new IOException(key + " has more than " + MAX_COMPONENTS + " components");
        }
    }

    /** Returns one component that runs several components in their order; JSON null if there are none. */
    JsonNode sequence(List<ObjectNode> components) {
        if (components.size() < 2) {
            return components.isEmpty() ? NullNode.instance : components.get(0);
        }
        ObjectNode sequence = JsonNodeFactory.instance.objectNode().put(ComponentSchema.TYPE, SEQUENCE);
        ArrayNode all = sequence.putArray(elements);
        components.forEach(all::add);
        return sequence;
    }

    /** Whether a component has one of the types. */
    static boolean isOf(JsonNode component, String... types) {
        return List.of(types).contains(component.path(ComponentSchema.TYPE).asText());
    }
}
