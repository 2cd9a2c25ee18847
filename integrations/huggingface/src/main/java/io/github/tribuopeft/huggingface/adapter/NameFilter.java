package io.github.tribuopeft.huggingface.adapter;

import java.util.List;
import java.util.Optional;

/**
 * Filter of module names as in PEFT: a regular expression for whole names, or a list of names and ends of names.
 *
 * @param expression the regular expression, if the filter has one
 * @param names the names, if the filter does not have an expression
 */
record NameFilter(Optional<ModulePattern> expression, List<String> names) {

    /** Returns the filter of a key. It does not match any name if the key is missing. */
    static NameFilter of(AdapterConfig config, String key) {
        List<String> names = config.texts(key);
        return config.json().path(key).isTextual()
                ? new NameFilter(Optional.of(ModulePattern.of(config, key, names.get(0))), names)
                : new NameFilter(Optional.empty(), names);
    }

    /** Returns whether the filter consists of a single text. */
    boolean isExactly(String text) {
        return names.equals(List.of(text));
    }

    boolean matches(String name) {
        return expression.map(pattern -> pattern.matches(name)).orElseGet(() -> names.stream()
                .anyMatch(end -> name.equals(end) || name.endsWith("." + end)));
    }
}
