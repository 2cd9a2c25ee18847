package io.github.tribuopeft.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts of the n-grams of a sequence. */
final class Ngrams {

    private Ngrams() {}

    /** Returns the number of occurrences of each n-gram. */
    static <E> Map<List<E>, Integer> count(List<E> elements, int n) {
        Map<List<E>, Integer> counts = new HashMap<>();
        for (int i = 0; i + n <= elements.size(); i++) {
            counts.merge(elements.subList(i, i + n), 1, Integer::sum);
        }
        return counts;
    }

    /** Returns the number of common n-grams: the sum of the smaller of both counts of each n-gram. */
    static <E> int matches(Map<E, Integer> first, Map<E, Integer> second) {
        return first.entrySet().stream()
                .mapToInt(entry -> Math.min(entry.getValue(), second.getOrDefault(entry.getKey(), 0)))
                .sum();
    }
}
