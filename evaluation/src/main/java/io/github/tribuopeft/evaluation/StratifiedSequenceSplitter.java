package io.github.tribuopeft.evaluation;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;

/**
 * Splits sequences so that every part holds about the same share of each stratum, such as each type of entity: a plain random split may
 * leave a rare type out of one side. The sizes of the parts are exact, and equal seeds give equal parts.
 *
 * <p>The algorithm is iterative stratification (Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-Label Data", ECML PKDD
 * 2011): the rarest stratum first, each of its sequences to the part that lacks the most of it, those with the most of it before the others.
 *
 * <p>The datasets that come out share their examples, metadata and weights included, with the one that goes in, in its order. Each has the
 * features and outputs of its own examples only, so that nothing of the test side is known in training. {@link SpanEvaluator} can deal with
 * tags that training has not seen, while Tribuo's {@code LabelSequenceEvaluator} throws an exception for them.
 *
 * @param <T> the output type
 */
public final class StratifiedSequenceSplitter<T extends Output<T>> {

    private final Strata<SequenceExample<T>> strata;
    private final long seed;

    /** A splitter that shares out {@code strata} evenly. */
    public StratifiedSequenceSplitter(Strata<SequenceExample<T>> strata, long seed) {
        this.strata = Objects.requireNonNull(strata, "A splitter needs strata");
        this.seed = seed;
    }

    /** A splitter that shares out the types of entities evenly, spans read as conlleval does. */
    public static StratifiedSequenceSplitter<Label> ofSpans(long seed) {
        return new StratifiedSequenceSplitter<>(Strata.spans(SpanScheme.CONLLEVAL), seed);
    }

    /**
     * One split.
     *
     * @param trainShare between 0 and 1; each side gets one sequence at least
     * @throws IllegalArgumentException if the share is out of range, or there are less than two sequences
     */
    public SequenceSplit<T> split(SequenceDataset<T> data, double trainShare) {
        List<int[]> parts = Stratification.split(data.getData(), strata, trainShare, seed);
        return new SequenceSplit<>(
                part(data, parts.get(0), trainShare, 0, 0, SplitProvenance.TRAIN),
                part(data, parts.get(1), trainShare, 0, 0, SplitProvenance.TEST));
    }

    /**
     * As many splits as there are folds. Every sequence is in the test side of exactly one. The datasets are made one split at a time.
     *
     * @param folds from 2 to the number of sequences
     * @throws IllegalArgumentException if the number of folds is out of range
     */
    public Iterator<SequenceSplit<T>> folds(SequenceDataset<T> data, int folds) {
        List<int[]> parts = Stratification.folds(data.getData(), strata, folds, seed);
        double share = 1 - 1.0 / folds;
        return IntStream.range(0, folds)
                .mapToObj(fold -> new SequenceSplit<>(
                        part(data, Stratification.others(parts, fold), share, folds, fold, SplitProvenance.TRAIN),
                        part(data, parts.get(fold), share, folds, fold, SplitProvenance.TEST)))
                .iterator();
    }

    private SequenceDataset<T> part(
            SequenceDataset<T> data, int[] positions, double trainShare, int folds, int fold, String side) {
        SplitProvenance provenance = new SplitProvenance(
                getClass().getName(), data.getProvenance(), strata.name(), seed, trainShare, folds, fold, side);
        List<SequenceExample<T>> examples =
                Arrays.stream(positions).mapToObj(data::getExample).toList();
        return new MutableSequenceDataset<>(examples, provenance, data.getOutputFactory());
    }
}
