package io.github.tribuopeft.evaluation;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Description of a part for its provenance.
 *
 * @param trainShare share of the training part
 * @param folds number of folds; 0 for a single split
 * @param fold number of this fold, from 0; 0 for a single split
 * @param sampleSize number of examples of a sample; 0 for a split or fold
 * @param side {@code train} or {@code test}
 */
record PartDescription(double trainShare, int folds, int fold, int sampleSize, String side) {

    private static final Pattern KIND = Pattern.compile("split, train share (?<share>[0-9.E-]{1,30})"
            + "|fold (?<fold>\\d{1,9}) of (?<folds>\\d{1,9})"
            + "|sample of (?<sample>\\d{1,9})");

    static PartDescription ofSplit(double trainShare, String side) {
        return new PartDescription(trainShare, 0, 0, 0, side);
    }

    static PartDescription ofFold(int folds, int fold, String side) {
        return new PartDescription(1 - 1.0 / folds, folds, fold, 0, side);
    }

    static PartDescription ofSample(double share, int size) {
        return new PartDescription(share, 0, 0, size, SplitProvenance.TRAIN);
    }

    /** Returns the kind of split, such as {@code fold 0 of 5}. */
    String kind() {
        if (sampleSize > 0) {
            return "sample of " + sampleSize;
        }
        return folds == 0 ? "split, train share " + trainShare : "fold " + fold + " of " + folds;
    }

    /**
     * Reads the kind of a split.
     *
     * @param kind a text that {@link #kind} returned
     * @return the description; empty if the text is not the kind of a split
     */
    static Optional<PartDescription> parse(String kind, String side) {
        Matcher match = KIND.matcher(kind);
        if (!match.matches()) {
            return Optional.empty();
        }
        if (match.group("share") != null) {
            return Optional.of(ofSplit(Double.parseDouble(match.group("share")), side));
        }
        if (match.group("sample") != null) {
            return Optional.of(ofSample(0, Integer.parseInt(match.group("sample"))));
        }
        return Optional.of(ofFold(Integer.parseInt(match.group("folds")), Integer.parseInt(match.group("fold")), side));
    }
}
