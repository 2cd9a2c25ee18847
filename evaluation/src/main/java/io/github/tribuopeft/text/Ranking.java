package io.github.tribuopeft.text;

import java.util.List;
import java.util.stream.IntStream;

/** Ranking of candidate replies by their likelihood. */
public final class Ranking {

    private Ranking() {}

    /**
     * Returns hits@1 (Dinan et al. 2019): the share of lists whose first candidate, the right one, has the smallest loss
     * per token. An equal loss is not a hit, so a constant model has the score 0.
     *
     * @param candidates scored candidates of each example, the right one first
     * @return a share in [0, 1]
     * @throws IllegalArgumentException if there is no example, or an example has fewer than two candidates
     */
    public static double hitsAt1(List<List<Text>> candidates) {
        if (candidates.isEmpty() || candidates.stream().anyMatch(own -> own.size() < 2)) {
            throw new IllegalArgumentException("hits@1 needs examples with at least two candidates each");
        }
        return (double) candidates.stream().filter(Ranking::isFirstBest).count() / candidates.size();
    }

    private static boolean isFirstBest(List<Text> candidates) {
        double right = loss(candidates.get(0));
        return IntStream.range(1, candidates.size()).allMatch(i -> right < loss(candidates.get(i)));
    }

    private static double loss(Text text) {
        return -text.logLikelihood() / text.tokens();
    }
}
