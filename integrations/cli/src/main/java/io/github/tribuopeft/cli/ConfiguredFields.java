package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.Config;
import java.lang.reflect.Field;
import java.util.SortedMap;
import java.util.TreeMap;

/** A component's settings. */
final class ConfiguredFields {

    private ConfiguredFields() {}

    /** The names of the settings, and their types. */
    static SortedMap<String, Class<?>> of(String className) {
        SortedMap<String, Class<?>> fields = new TreeMap<>();
        try {
            for (Class<?> type = Class.forName(className); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (field.isAnnotationPresent(Config.class)) {
                        fields.put(field.getName(), field.getType());
                    }
                }
            }
        } catch (ClassNotFoundException e) {
            throw new UsageException("There is no class " + className + " on the class path", e);
        }
        return fields;
    }
}
