package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.Config;
import java.lang.reflect.Field;
import java.util.Set;
import java.util.TreeSet;

/** The names of a component's settings. */
final class ConfiguredFields {

    private ConfiguredFields() {}

    static Set<String> of(String className) {
        Set<String> names = new TreeSet<>();
        try {
            for (Class<?> type = Class.forName(className); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (field.isAnnotationPresent(Config.class)) {
                        names.add(field.getName());
                    }
                }
            }
        } catch (ClassNotFoundException e) {
            throw new UsageException("There is no class " + className + " on the class path", e);
        }
        return names;
    }
}
