package io.github.tribuopeft.huggingface;

import java.util.List;
import java.util.Optional;

/**
 * A choice of modules by name, as PEFT writes it: a regular expression for whole names, or a list of names and ends of names.
 *
 * @param expression the expression, if there is one
 * @param names the names otherwise
 */
record NameFilter(Optional<ModulePattern> expression, List<String> names) {

    /** The choice of a key; it matches nothing where the key is missing. */
    static NameFilter of(AdapterConfig config, String key) {
        List<String> names = config.texts(key);
        return config.json().path(key).isTextual()
                ? new NameFilter(Optional.of(ModulePattern.of(config, key, names.get(0))), names)
                : new NameFilter(Optional.empty(), names);
    }

    /** Whether the choice is this text alone. */
    boolean isExactly(String text) {
        return names.equals(List.of(text));
    }

    boolean matches(String name) {
        return expression.map(pattern -> pattern.matches(name)).orElseGet(() -> names.stream()
                .anyMatch(end -> name.equals(end) || name.endsWith("." + end)));
    }
}
