package io.github.tribuopeft.huggingface;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers for modules whose names match an expression, as in {@code rank_pattern}.
 *
 * @param numbers the numbers; the first match counts
 */
record ModuleNumbers(Map<ModulePattern, Double> numbers) {

    /**
     * The numbers of a key; none if it is missing.
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

    double of(String module, double otherwise) {
        return numbers.entrySet().stream()
                .filter(entry -> entry.getKey().matches(module))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    }
}
