package io.github.tribuopeft.head;

/** Functions of one row of scores in the order of the output ids. */
final class OutputScores {

    private OutputScores() {}

    /** Returns the softmax of logits. */
    static double[] softmax(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] scores = new double[logits.length];
        double sum = 0;
        for (int id = 0; id < scores.length; id++) {
            scores[id] = Math.exp(logits[id] - largest);
            sum += scores[id];
        }
        for (int id = 0; id < scores.length; id++) {
            scores[id] /= sum;
        }
        return scores;
    }

    /** Returns the id of the largest score, the first among equals. */
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
