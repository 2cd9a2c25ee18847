package io.github.tribuopeft.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Error of a tagger: a missed gold span, a spurious predicted span, or a pair of overlapping spans that differ.
 *
 * <p>Predicted spans that equal a gold span in type and boundaries are correct. Of the other spans of a sequence, gold
 * and predicted spans that share a token are paired one to one, greedily: pairs with the most shared tokens first, then
 * pairs of equal types, then from left to right by the gold span, then by the predicted span. Each pair is one error,
 * and each span without a partner is one error. The counts satisfy:
 *
 * <ul>
 *   <li>gold spans = correct + boundary + type + both + missed
 *   <li>predicted spans = correct + boundary + type + both + spurious
 * </ul>
 *
 * @param kind kind of error
 * @param sequence index of the sequence, from 0
 * @param gold gold span; null if the predicted span is spurious
 * @param predicted predicted span; null if the gold span is missed
 */
public record SpanError(Kind kind, int sequence, Span gold, Span predicted) {

    /** Kind of error. */
    public enum Kind {
        /** Pair of equal types with different boundaries. */
        BOUNDARY,
        /** Pair of different types with equal boundaries. */
        TYPE,
        /** Pair of different types with different boundaries. */
        BOTH,
        /** Gold span without a partner. */
        MISSED,
        /** Predicted span without a partner. */
        SPURIOUS;

        /** Returns the name in lower case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Pair(Span gold, Span predicted) {

        int shared() {
            return gold.sharedTokens(predicted);
        }

        boolean sameType() {
            return gold.type().equals(predicted.type());
        }

        Kind kind() {
            if (sameType()) {
                return Kind.BOUNDARY;
            }
            return gold.begin() == predicted.begin() && gold.end() == predicted.end() ? Kind.TYPE : Kind.BOTH;
        }
    }

    private static final Comparator<Pair> GREEDY = Comparator.comparing(Pair::shared, Comparator.reverseOrder())
            .thenComparing(Pair::sameType, Comparator.reverseOrder())
            .thenComparing(pair -> pair.gold().begin())
            .thenComparing(pair -> pair.predicted().begin());

    /** Returns the errors of a sequence from left to right. */
    static List<SpanError> find(int sequence, List<Span> gold, List<Span> predicted) {
        Set<Span> correct = new HashSet<>(gold);
        correct.retainAll(predicted);
        Set<Span> paired =
                new HashSet<>(correct); // equal spans are correct, so one set serves gold and predicted spans
        List<SpanError> errors = new ArrayList<>();
        gold.stream()
                .filter(g -> !correct.contains(g))
                .flatMap(g -> predicted.stream()
                        .filter(p -> !correct.contains(p) && g.sharedTokens(p) > 0)
                        .map(p -> new Pair(g, p)))
                .sorted(GREEDY)
                .forEach(pair -> {
                    if (!paired.contains(pair.gold()) && !paired.contains(pair.predicted())) {
                        paired.add(pair.gold());
                        paired.add(pair.predicted());
                        errors.add(new SpanError(pair.kind(), sequence, pair.gold(), pair.predicted()));
                    }
                });
        gold.stream()
                .filter(g -> !paired.contains(g))
                .forEach(g -> errors.add(new SpanError(Kind.MISSED, sequence, g, null)));
        predicted.stream()
                .filter(p -> !paired.contains(p))
                .forEach(p -> errors.add(new SpanError(Kind.SPURIOUS, sequence, null, p)));
        errors.sort(Comparator.comparingInt(SpanError::begin));
        return errors;
    }

    private int begin() {
        return Math.min((gold == null ? predicted : gold).begin(), (predicted == null ? gold : predicted).begin());
    }
}
