package io.github.tribuopeft.head;

/** Scores of outputs in the order of their ids. */
final class OutputScores {

    private OutputScores() {}

    /** The id of the largest score, the first among equals. */
    static int best(double[] scores) {
        int best = 0;
        for (int id = 1; id < scores.length; id++) {
            if (scores[id] > scores[best]) {
                best = id;
            }
        }
        return best;
    }
}
