package io.github.tribuopeft.method;

import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;

/** Methods on the class path by name. */
public final class PeftMethods {

    private PeftMethods() {}

    /** Returns the names of all methods in alphabetical order. */
    public static List<String> names() {
        return ServiceLoader.load(PeftMethod.class).stream()
                .map(Provider::get)
                .map(PeftMethod::name)
                .sorted()
                .toList();
    }

    /**
     * Returns the method of a name with its default settings.
     *
     * @param name name of a method, or several names joined by {@code +} for their combination
     * @throws IllegalArgumentException if a name is unknown; the message lists the known ones
     */
    public static PeftMethod named(String name) {
        String[] parts = name.split("\\+", -1);
        return parts.length == 1
                ? single(name)
                : new Combination(
                        name, Arrays.stream(parts).map(PeftMethods::single).toList());
    }

    private static PeftMethod single(String name) {
        return ServiceLoader.load(PeftMethod.class).stream()
                .map(Provider::get)
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Unknown method '" + name + "'; expected one of " + String.join(", ", names())));
    }
}
