package io.github.tribuopeft.evaluation;

/**
 * Description of a part for its provenance.
 *
 * @param trainShare share of the training part
 * @param folds number of folds; 0 for a single split
 * @param fold number of this fold, from 0; 0 for a single split
 * @param side {@code train} or {@code test}
 */
record PartDescription(double trainShare, int folds, int fold, String side) {

    static PartDescription ofSplit(double trainShare, String side) {
        return new PartDescription(trainShare, 0, 0, side);
    }

    static PartDescription ofFold(int folds, int fold, String side) {
        return new PartDescription(1 - 1.0 / folds, folds, fold, side);
    }

    /** Returns the kind of split, such as {@code fold 0 of 5}. */
    String kind() {
        return folds == 0 ? "split, train share " + trainShare : "fold " + fold + " of " + folds;
    }
}
