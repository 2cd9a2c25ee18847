package io.github.tribuopeft.evaluation;

/**
 * Counts of spans. Scores with a denominator of 0 are 0, as in conlleval.pl and seqeval.
 *
 * @param correct number of predicted spans that equal a gold span in type and boundaries
 * @param predicted number of predicted spans
 * @param gold number of gold spans, the support
 */
public record SpanCounts(int correct, int predicted, int gold) {

    static final SpanCounts NONE = new SpanCounts(0, 0, 0);

    /** Returns the share of predicted spans that are correct. */
    public double precision() {
        return predicted == 0 ? 0 : (double) correct / predicted;
    }

    /** Returns the share of gold spans that were predicted. */
    public double recall() {
        return gold == 0 ? 0 : (double) correct / gold;
    }

    /** Returns the harmonic mean of precision and recall. */
    public double f1() {
        return correct == 0 ? 0 : 2.0 * correct / (predicted + gold);
    }

    SpanCounts plus(SpanCounts other) {
        return new SpanCounts(correct + other.correct, predicted + other.predicted, gold + other.gold);
    }
}
