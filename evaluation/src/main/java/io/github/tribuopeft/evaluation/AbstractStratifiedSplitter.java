package io.github.tribuopeft.evaluation;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Stratified splitter: every part of the data contains about the same share of each stratum, such as each label or each
 * entity type. A random split may leave out a rare stratum.
 *
 * <p>The algorithm is iterative stratification (Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-Label
 * Data", ECML PKDD 2011). {@link #split} and {@link #folds} guarantee the following:
 *
 * <ul>
 *   <li>The sizes of the parts are exact, and no part is empty.
 *   <li>A stratum with at least as many examples as there are parts occurs in every part. If the parts are too small
 *       for this, such as a test set of 10 examples for 20 labels, the split fails with an {@code
 *       IllegalArgumentException}.
 *   <li>A stratum with fewer examples than parts is missing in some parts. {@link RareStrata#REJECT} makes this an
 *       error.
 *   <li>Equal seeds give equal parts, and each part keeps the order of the data.
 * </ul>
 *
 * @param <D> dataset type
 * @param <X> example type
 */
public abstract sealed class AbstractStratifiedSplitter<D, X> permits StratifiedSplitter, StratifiedSequenceSplitter {

    private final Strata<X> strata;
    private final long seed;
    private final RareStrata rareStrata;

    AbstractStratifiedSplitter(Strata<X> strata, long seed, RareStrata rareStrata) {
        this.strata = Objects.requireNonNull(strata, "strata must not be null");
        this.seed = seed;
        this.rareStrata = Objects.requireNonNull(rareStrata, "rareStrata must not be null");
    }

    /**
     * Splits the data into a training part and a test part.
     *
     * @param trainShare share of the training part, in (0, 1); each part gets at least one example
     * @throws IllegalArgumentException if the share is out of range, if the data has fewer than two examples, or if a
     *     stratum is missing in a part as described above
     */
    public final TrainTestSplit<D> split(D data, double trainShare) {
        PartSizes sizes = PartSizes.ofShare(examples(data).size(), trainShare);
        List<int[]> parts = positions(coveringParts(data, sizes), sizes);
        return new TrainTestSplit<>(
                part(data, parts.get(0), PartDescription.ofSplit(trainShare, SplitProvenance.TRAIN)),
                part(data, parts.get(1), PartDescription.ofSplit(trainShare, SplitProvenance.TEST)));
    }

    /**
     * Splits the data for cross-validation. Every example is in the test part of exactly one split. The datasets are
     * created one split at a time.
     *
     * @param folds number of folds, from 2 to the number of examples
     * @throws IllegalArgumentException if the number of folds is out of range, or if a stratum is missing in a fold as
     *     described above
     */
    public final Iterator<TrainTestSplit<D>> folds(D data, int folds) {
        PartSizes sizes = PartSizes.ofFolds(examples(data).size(), folds);
        List<int[]> parts = positions(coveringParts(data, sizes), sizes);
        return IntStream.range(0, folds)
                .mapToObj(fold -> new TrainTestSplit<>(
                        part(data, others(parts, fold), PartDescription.ofFold(folds, fold, SplitProvenance.TRAIN)),
                        part(data, parts.get(fold), PartDescription.ofFold(folds, fold, SplitProvenance.TEST))))
                .iterator();
    }

    /**
     * Draws a stratified sample, such as a smaller training set. It may be too small to contain every stratum.
     *
     * @param size number of examples to draw, at least 1 and less than the number of examples
     * @throws IllegalArgumentException if the size is out of range
     */
    public final D sample(D data, int size) {
        PartSizes sizes = PartSizes.ofSample(examples(data).size(), size);
        int[] part = new Stratification(counts(data), sizes, seed).assign();
        double share = (double) size / sizes.total();
        return part(data, positions(part, sizes).get(0), PartDescription.ofSample(share, size));
    }

    /**
     * Returns the part that a description describes.
     *
     * @throws IllegalArgumentException if the data has no such part
     */
    final D part(D data, PartDescription description) {
        if (description.sampleSize() > 0) {
            return sample(data, description.sampleSize());
        }
        boolean train = description.side().equals(SplitProvenance.TRAIN);
        if (description.folds() == 0) {
            TrainTestSplit<D> split = split(data, description.trainShare());
            return train ? split.train() : split.test();
        }
        if (description.fold() < 0 || description.fold() >= description.folds()) {
            throw new IllegalArgumentException(
                    "The number of a fold must be in [0, " + description.folds() + "), but is " + description.fold());
        }
        Iterator<TrainTestSplit<D>> splits = folds(data, description.folds());
        TrainTestSplit<D> split = splits.next();
        for (int fold = 0; fold < description.fold(); fold++) {
            split = splits.next();
        }
        return train ? split.train() : split.test();
    }

    final Strata<X> strata() {
        return strata;
    }

    final long seed() {
        return seed;
    }

    abstract List<X> examples(D data);

    /** Returns the dataset of the examples at some positions. */
    abstract D part(D data, int[] positions, PartDescription description);

    private List<Map<String, Integer>> counts(D data) {
        return examples(data).stream().map(strata.counts()).toList();
    }

    private int[] coveringParts(D data, PartSizes sizes) {
        List<Map<String, Integer>> counts = counts(data);
        StratumCoverage coverage = new StratumCoverage(counts, sizes);
        if (rareStrata == RareStrata.REJECT) {
            coverage.requireEnoughExamples();
        }
        int[] part = new Stratification(counts, sizes, seed).assign();
        coverage.complete(part);
        return part;
    }

    private static List<int[]> positions(int[] part, PartSizes sizes) {
        return IntStream.range(0, sizes.count())
                .mapToObj(p -> IntStream.range(0, part.length)
                        .filter(i -> part[i] == p)
                        .toArray())
                .toList();
    }

    /** Returns the positions of all parts but one, ascending. */
    private static int[] others(List<int[]> parts, int without) {
        return IntStream.range(0, parts.size())
                .filter(p -> p != without)
                .boxed()
                .flatMapToInt(p -> Arrays.stream(parts.get(p)))
                .sorted()
                .toArray();
    }
}
