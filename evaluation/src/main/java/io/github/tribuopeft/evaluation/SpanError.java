package io.github.tribuopeft.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A gold span that was not found as it is, a predicted span that is not in the gold, or one of each that were meant to be the same.
 *
 * <p>Spans that are equal in type and both boundaries are correct and no part of this. Of the others of a sequence, gold and predicted
 * spans that share a token are paired one to one, greedily: most shared tokens first, then equal types before different ones, then from
 * left to right by the gold span, then by the predicted one. A pair is one error; what stays alone is one error each. So, in all,
 *
 * <ul>
 *   <li>gold spans = correct + boundary + type + both + missed,
 *   <li>predicted spans = correct + boundary + type + both + spurious.
 * </ul>
 *
 * @param kind what is wrong
 * @param sequence number of the sequence, from 0
 * @param gold null if spurious
 * @param predicted null if missed
 */
public record SpanError(Kind kind, int sequence, Span gold, Span predicted) {

    /** What is wrong. */
    public enum Kind {
        /** A pair of one type, with another begin or end or both. */
        BOUNDARY,
        /** A pair with the same begin and end, of different types. */
        TYPE,
        /** A pair that differs in type and in boundaries. */
        BOTH,
        /** A gold span without a partner. */
        MISSED,
        /** A predicted span without a partner. */
        SPURIOUS;

        /** The name in lower case. */
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
            return gold.sameBoundaries(predicted) ? Kind.TYPE : Kind.BOTH;
        }
    }

    private static final Comparator<Pair> GREEDY = Comparator.comparing(Pair::shared, Comparator.reverseOrder())
            .thenComparing(Pair::sameType, Comparator.reverseOrder())
            .thenComparing(pair -> pair.gold().begin())
            .thenComparing(pair -> pair.predicted().begin());

    /** The errors of a sequence from left to right. */
    static List<SpanError> find(int sequence, List<Span> gold, List<Span> predicted) {
        Set<Span> correct = new HashSet<>(gold);
        correct.retainAll(predicted);
        Set<Span> paired = new HashSet<>(correct); // equal spans are correct, so gold and predicted need no two sets
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
