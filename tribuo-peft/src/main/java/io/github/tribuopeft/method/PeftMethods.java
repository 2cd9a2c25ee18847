package io.github.tribuopeft.method;

import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;

/** The methods on the class path, by name. */
public final class PeftMethods {

    private PeftMethods() {}

    /** The names of all methods, in alphabetical order. */
    public static List<String> names() {
        return ServiceLoader.load(PeftMethod.class).stream()
                .map(Provider::get)
                .map(PeftMethod::name)
                .sorted()
                .toList();
    }

    /**
     * The method of a name, with its default settings.
     *
     * @param name a method's name, or several joined by {@code +}, which are combined
     * @throws IllegalArgumentException if there is none; the message lists those that there are
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
                        "Unknown method '" + name + "'; known are " + String.join(", ", names())));
    }
}
