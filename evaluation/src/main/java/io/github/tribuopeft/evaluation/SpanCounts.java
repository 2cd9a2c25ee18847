package io.github.tribuopeft.evaluation;

/**
 * How many spans were found. What would be divided by zero is 0, as in conlleval.pl and seqeval.
 *
 * @param correct predicted spans that equal a gold one in type and both boundaries
 * @param predicted all predicted spans
 * @param gold all gold spans, the support
 */
public record SpanCounts(int correct, int predicted, int gold) {

    static final SpanCounts NONE = new SpanCounts(0, 0, 0);

    /** The share of predicted spans that are correct. */
    public double precision() {
        return predicted == 0 ? 0 : (double) correct / predicted;
    }

    /** The share of gold spans that were found. */
    public double recall() {
        return gold == 0 ? 0 : (double) correct / gold;
    }

    /** The harmonic mean of precision and recall. */
    public double f1() {
        return correct == 0 ? 0 : 2.0 * correct / (predicted + gold);
    }

    SpanCounts plus(SpanCounts other) {
        return new SpanCounts(correct + other.correct, predicted + other.predicted, gold + other.gold);
    }
}
