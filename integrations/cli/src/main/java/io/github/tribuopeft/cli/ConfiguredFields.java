package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import io.github.tribuopeft.method.PeftMethod;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Settings of component classes: their fields with {@link Config}. */
final class ConfiguredFields {

    private ConfiguredFields() {}

    /** Returns the names and the types of a class's settings. */
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
            throw new UsageException("Class " + className + " is not on the class path", e);
        }
        return fields;
    }

    /**
     * A setting of a class.
     *
     * @param name name of the field
     * @param value the default as text; empty if there is none
     * @param description one or more sentences
     */
    record Setting(String name, String value, String description) {}

    /** Returns the settings of a class with a constructor without arguments, those of its superclasses first. */
    static List<Setting> settings(Class<?> type) {
        Object defaults = withDefaults(type);
        Deque<Class<?>> hierarchy = new ArrayDeque<>();
        for (Class<?> level = type; level != null; level = level.getSuperclass()) {
            hierarchy.push(level);
        }
        List<Setting> settings = new ArrayList<>();
        for (Class<?> level : hierarchy) {
            for (Field field : level.getDeclaredFields()) {
                Config config = field.getAnnotation(Config.class);
                if (config != null) {
                    settings.add(new Setting(field.getName(), value(field, defaults), config.description()));
                }
            }
        }
        return settings;
    }

    private static Object withDefaults(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be created as OLCUT does", e);
        }
    }

    /** Returns the default of a field. Objects are named by their class, as in {@code --set}. */
    private static String value(Field field, Object defaults) {
        try {
            field.setAccessible(true);
            Object value = field.get(defaults);
            if (value instanceof Configurable) {
                return ComponentClasses.shortName(value.getClass());
            }
            if (value instanceof Collection<?> values) {
                return values.stream()
                        .map(item -> item instanceof PeftMethod method ? method.name() : String.valueOf(item))
                        .collect(Collectors.joining(","));
            }
            return value == null ? "" : value.toString();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the message that a class does not have a setting. */
    static String unknown(String className, String setting) {
        SortedMap<String, Class<?>> known = of(className);
        return className.substring(className.lastIndexOf('.') + 1) + " has no setting '" + setting + "'"
                + Suggestion.of(setting, known.keySet())
                + (known.isEmpty() ? "; it has no settings" : "; expected one of " + known.keySet());
    }

    /** Returns the reason why a text is not a value of a type; empty if it is one. */
    static Optional<String> invalid(Class<?> type, String text) {
        if (text.contains("${")) {
            return Optional.of("variables such as ${name} are not supported, but the value is '" + text + "'");
        }
        String expected = expected(type, text);
        return expected == null ? Optional.empty() : Optional.of("expected " + expected + ", but found '" + text + "'");
    }

    private static String expected(Class<?> type, String text) {
        if (type.isEnum()) {
            List<String> names = Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .toList();
            return names.contains(text) ? null : "one of " + String.join(", ", names);
        }
        try {
            if (type == int.class) {
                Integer.parseInt(text);
            } else if (type == long.class) {
                Long.parseLong(text);
            } else if (type == double.class) {
                Double.parseDouble(text);
            } else if (type == boolean.class) {
                return text.equals("true") || text.equals("false") ? null : "true or false";
            } else if (type == Path.class) {
                Path.of(text);
            } else if (Configurable.class.isAssignableFrom(type)) {
                return text.isBlank() ? "the name of a component" : null;
            }
            return null;
        } catch (NumberFormatException e) {
            return type == double.class ? "a number" : "a whole number from " + smallest(type) + " to " + largest(type);
        } catch (InvalidPathException e) {
            return "a path";
        }
    }

    private static long smallest(Class<?> type) {
        return type == int.class ? Integer.MIN_VALUE : Long.MIN_VALUE;
    }

    private static long largest(Class<?> type) {
        return type == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
    }
}
