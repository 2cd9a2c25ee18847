package io.github.tribuopeft.evaluation;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.dataset.DatasetView;

/**
 * Splits examples so that every part holds about the same share of each stratum, such as each label. As {@link StratifiedSequenceSplitter},
 * for examples that are no sequences.
 *
 * <p>The datasets that come out are views of the one that goes in, as those of Tribuo's {@code KFoldSplitter} are: in its order, and with all of
 * its features and outputs, without which Tribuo's {@code LabelEvaluator} throws an exception for a label that only the test side has.
 *
 * @param <T> the output type
 */
public final class StratifiedSplitter<T extends Output<T>> {

    private final Strata<Example<T>> strata;
    private final long seed;

    /** A splitter that shares out {@code strata} evenly. */
    public StratifiedSplitter(Strata<Example<T>> strata, long seed) {
        this.strata = Objects.requireNonNull(strata, "A splitter needs strata");
        this.seed = seed;
    }

    /** A splitter that shares out labels evenly. */
    public static StratifiedSplitter<Label> ofLabels(long seed) {
        return new StratifiedSplitter<>(Strata.label(), seed);
    }

    /**
     * One split.
     *
     * @param trainShare between 0 and 1; each side gets one example at least
     * @throws IllegalArgumentException if the share is out of range, or there are less than two examples
     */
    public DatasetSplit<T> split(Dataset<T> data, double trainShare) {
        List<int[]> parts = Stratification.split(data.getData(), strata, trainShare, seed);
        String how = "split, train share " + trainShare;
        return new DatasetSplit<>(
                view(data, parts.get(0), how, SplitProvenance.TRAIN),
                view(data, parts.get(1), how, SplitProvenance.TEST));
    }

    /**
     * As many splits as there are folds. Every example is in the test side of exactly one.
     *
     * @param folds from 2 to the number of examples
     * @throws IllegalArgumentException if the number of folds is out of range
     */
    public Iterator<DatasetSplit<T>> folds(Dataset<T> data, int folds) {
        List<int[]> parts = Stratification.folds(data.getData(), strata, folds, seed);
        return IntStream.range(0, folds)
                .mapToObj(fold -> new DatasetSplit<>(
                        view(
                                data,
                                Stratification.others(parts, fold),
                                "fold " + fold + " of " + folds,
                                SplitProvenance.TRAIN),
                        view(data, parts.get(fold), "fold " + fold + " of " + folds, SplitProvenance.TEST)))
                .iterator();
    }

    private Dataset<T> view(Dataset<T> data, int[] positions, String how, String side) {
        DatasetView<T> view = new DatasetView<>(
                data, positions, "Stratified " + how + ", strata " + strata.name() + ", seed " + seed + ", " + side);
        view.setStoreIndices(false); // the seed tells them, and they would enter every model's file
        return view;
    }
}
