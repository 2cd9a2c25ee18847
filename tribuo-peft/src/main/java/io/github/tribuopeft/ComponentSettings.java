package io.github.tribuopeft;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Settings of a head or a backbone source in a model file: texts by name. A file is not trusted, so each value is
 * checked when it is read, and a setting that is never read is an error. All methods throw
 * {@link IllegalArgumentException} if a value has another type.
 */
public final class ComponentSettings {

    private final String component;
    private final Map<String, String> values;
    private final TreeSet<String> unread;

    ComponentSettings(String component, Map<String, String> values) {
        this.component = component;
        this.values = new TreeMap<>(values);
        this.unread = new TreeSet<>(values.keySet());
    }

    /** Returns a text. */
    public String text(String name) {
        String value = find(name);
        if (value == null) {
            throw new IllegalArgumentException("Setting '" + name + "' of " + component + " is missing");
        }
        return value;
    }

    /** Returns a number, or {@code absent} if the file does not contain the setting. */
    public double number(String name, double absent) {
        String value = find(name);
        try {
            return value == null ? absent : Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw wrong(name, value, "a number");
        }
    }

    /** Returns an integer, or {@code absent} if the file does not contain the setting. */
    public long integer(String name, long absent) {
        String value = find(name);
        try {
            return value == null ? absent : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw wrong(name, value, "an integer");
        }
    }

    /** Returns a constant, or {@code absent} if the file does not contain the setting. */
    public <E extends Enum<E>> E constant(String name, E absent) {
        String value = find(name);
        E[] constants = absent.getDeclaringClass().getEnumConstants();
        return value == null
                ? absent
                : Arrays.stream(constants)
                        .filter(constant -> constant.name().equals(value))
                        .findFirst()
                        .orElseThrow(() -> wrong(name, value, "one of " + Arrays.toString(constants)));
    }

    /** Returns an absolute path in the local file system. Relative paths, URLs and network shares are errors. */
    public Path localPath(String name) {
        String value = text(name);
        try {
            Path path = Path.of(value);
            if (path.isAbsolute() && !value.startsWith("//") && !value.startsWith("\\\\")) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw wrong(name, value, "a path");
        }
        throw wrong(name, value, "an absolute path on a local disk");
    }

    /** Checks that all settings have been read. */
    void requireAllRead() {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(component + " has no setting '" + unread.first() + "'");
        }
    }

    private String find(String name) {
        unread.remove(name);
        return values.get(name);
    }

    private IllegalArgumentException wrong(String name, String value, String expected) {
        return new IllegalArgumentException(
                "Setting '" + name + "' of " + component + " is '" + value + "'; expected " + expected);
    }
}
