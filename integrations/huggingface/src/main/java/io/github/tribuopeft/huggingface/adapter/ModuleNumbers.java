package io.github.tribuopeft.huggingface.adapter;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers for modules whose names match a regular expression, as in {@code rank_pattern}.
 *
 * @param numbers the numbers in the order in which the expressions are tried
 */
record ModuleNumbers(Map<ModulePattern, Double> numbers) {

    /**
     * Returns the numbers of a key; none if it is missing.
     *
     * @throws AdapterException if its value is not an object of finite numbers by regular expressions
     */
    static ModuleNumbers of(AdapterConfig config, String key) {
        Map<ModulePattern, Double> numbers = new LinkedHashMap<>();
        config.numbers(key)
                .forEach((expression, number) ->
                        numbers.put(ModulePattern.of(config, key, "(.*\\.)?(" + expression + ")"), number));
        return new ModuleNumbers(numbers);
    }

    /** Returns the number of the first expression that matches a module, or a default. */
    double of(String module, double defaultValue) {
        return numbers.entrySet().stream()
                .filter(entry -> entry.getKey().matches(module))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(defaultValue);
    }
}
