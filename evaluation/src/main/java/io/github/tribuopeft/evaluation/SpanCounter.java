package io.github.tribuopeft.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts spans, errors and tokens over sequences. */
final class SpanCounter {

    private final SpanScheme scheme;
    private final SortedMap<String, SpanCounts> types = new TreeMap<>();
    private final List<SpanError> errors = new ArrayList<>();
    private int sequences;
    private long tokens;
    private long correctTokens;

    SpanCounter(SpanScheme scheme) {
        this.scheme = scheme;
    }

    /**
     * Adds a sequence.
     *
     * @throws IllegalArgumentException if the lengths differ or a tag is invalid
     */
    void add(List<String> gold, List<String> predicted) {
        if (gold.size() != predicted.size()) {
            throw new IllegalArgumentException("Sequence " + sequences + " has " + gold.size() + " gold tags, but "
                    + predicted.size() + " predicted tags");
        }
        List<Span> goldSpans = read("gold", gold);
        List<Span> predictedSpans = read("predicted", predicted);
        goldSpans.forEach(span -> count(span.type(), predictedSpans.contains(span) ? 1 : 0, 0, 1));
        predictedSpans.forEach(span -> count(span.type(), 0, 1, 0));
        errors.addAll(SpanError.find(sequences, goldSpans, predictedSpans));
        for (int i = 0; i < gold.size(); i++) {
            tokens++;
            correctTokens += gold.get(i).equals(predicted.get(i)) ? 1 : 0;
        }
        sequences++;
    }

    private List<Span> read(String side, List<String> tags) {
        try {
            return scheme.spans(tags);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Sequence " + sequences + ", " + side + " tags, " + scheme + ": " + e.getMessage(), e);
        }
    }

    private void count(String type, int correct, int predicted, int gold) {
        types.merge(type, new SpanCounts(correct, predicted, gold), SpanCounts::plus);
    }

    SpanScheme scheme() {
        return scheme;
    }

    SortedMap<String, SpanCounts> types() {
        return types;
    }

    List<SpanError> errors() {
        return errors;
    }

    double tokenAccuracy() {
        return tokens == 0 ? 0 : (double) correctTokens / tokens;
    }
}
