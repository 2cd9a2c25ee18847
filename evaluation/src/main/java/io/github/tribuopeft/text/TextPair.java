package io.github.tribuopeft.text;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Generated text and its reference.
 *
 * @param generated the generated text
 * @param reference the text that was expected
 */
public record TextPair(String generated, String reference) {

    /**
     * Pairs texts with their references in the same order.
     *
     * @throws IllegalArgumentException if there are not as many references as texts, or none
     */
    public static List<TextPair> of(List<String> generated, List<String> references) {
        if (generated.size() != references.size() || generated.isEmpty()) {
            throw new IllegalArgumentException("There are " + generated.size() + " generated texts and "
                    + references.size() + " references; expected as many of both, and at least one");
        }
        return IntStream.range(0, generated.size())
                .mapToObj(i -> new TextPair(generated.get(i), references.get(i)))
                .toList();
    }
}
