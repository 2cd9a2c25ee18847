package io.github.tribuopeft.backbone;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Type of a tokenizer component that is known to be safe, with its allowed settings.
 *
 * @param name name of the type, the value of {@code type}
 * @param settings check of each setting by key
 */
record ComponentSchema(String name, Map<String, Setting> settings) {

    /** Checks the value of a setting. */
    @FunctionalInterface
    interface Setting {
        /** Throws an error that names the value if the value is not allowed. */
        void check(TokenizerNode value) throws IOException;
    }

    static final String TYPE = "type";

    static final Setting FLAG = value -> value.require(value.json().isBoolean(), "true or false");
    static final Setting OPTIONAL_FLAG = optional(FLAG);

    /** A type without settings. */
    ComponentSchema(String name) {
        this(name, Map.of());
    }

    /** Returns a schema with an additional setting. */
    ComponentSchema with(String key, Setting setting) {
        Map<String, Setting> extended = new LinkedHashMap<>(settings);
        extended.put(key, setting);
        return new ComponentSchema(name, extended);
    }

    /** A text with a length in {@code [min, max]}. */
    static Setting text(int min, int max) {
        return value -> value.text(min, max);
    }

    /** One of several texts. */
    static Setting oneOf(String... allowed) {
        Set<String> texts = Set.of(allowed);
        return value -> value.require(texts.contains(value.json().textValue()), "one of " + String.join(", ", allowed));
    }

    /** A setting that may be missing or null. */
    static Setting optional(Setting setting) {
        return value -> {
            if (!value.isAbsent()) {
                setting.check(value);
            }
        };
    }

    /** Returns a copy of a component with its known settings; refuses others. */
    ObjectNode copy(TokenizerNode component) throws IOException {
        Set<String> keys = new LinkedHashSet<>(settings.keySet());
        keys.add(TYPE);
        component.requireKeys(keys);
        ObjectNode copy = JsonNodeFactory.instance.objectNode().put(TYPE, name);
        for (Map.Entry<String, Setting> setting : settings.entrySet()) {
            TokenizerNode value = component.at(setting.getKey());
            setting.getValue().check(value);
            if (!value.json().isMissingNode()) {
                copy.set(setting.getKey(), value.json());
            }
        }
        return copy;
    }
}
