package io.github.tribuopeft.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;

/**
 * Stratified splitter of sequence datasets. {@link AbstractStratifiedSplitter} describes the parts.
 *
 * <pre>{@code
 * TrainTestSplit<SequenceDataset<Label>> split = StratifiedSequenceSplitter.ofSpans(1).split(data, 0.8);
 * }</pre>
 *
 * <p>The parts contain the dataset's own examples, with metadata and weights. Each part has the features and
 * outputs of its own examples only, so the training part contains no information about the test part. {@link
 * SpanEvaluator} accepts tags that the training part does not have; Tribuo's {@code LabelSequenceEvaluator} throws an
 * exception.
 *
 * @param <T> output type
 */
public final class StratifiedSequenceSplitter<T extends Output<T>>
        extends AbstractStratifiedSplitter<SequenceDataset<T>, SequenceExample<T>> {

    /** Creates a splitter that allows rare strata. */
    public StratifiedSequenceSplitter(Strata<SequenceExample<T>> strata, long seed) {
        this(strata, seed, RareStrata.ALLOW);
    }

    /** Creates a splitter. */
    public StratifiedSequenceSplitter(Strata<SequenceExample<T>> strata, long seed, RareStrata rareStrata) {
        super(strata, seed, rareStrata);
    }

    /** Creates a splitter that stratifies by entity type, in the scheme of conlleval, and allows rare types. */
    public static StratifiedSequenceSplitter<Label> ofSpans(long seed) {
        return new StratifiedSequenceSplitter<>(Strata.spans(SpanScheme.CONLLEVAL), seed);
    }

    /**
     * Repeats a split, fold or sample.
     *
     * @param data the data that was split
     * @param provenance the provenance of the part
     * @return the part; empty if the strata are not those of {@link Strata}
     * @throws IllegalArgumentException if the data has no such part
     */
    public static Optional<SequenceDataset<Label>> repeat(SequenceDataset<Label> data, SplitProvenance provenance) {
        return Strata.ofSequences(provenance.strata())
                .map(strata ->
                        new StratifiedSequenceSplitter<>(strata, provenance.seed()).part(data, provenance.part()));
    }

    @Override
    List<SequenceExample<T>> examples(SequenceDataset<T> data) {
        return data.getData();
    }

    @Override
    SequenceDataset<T> part(SequenceDataset<T> data, int[] positions, PartDescription description) {
        SplitProvenance provenance = new SplitProvenance(
                getClass().getName(),
                data.getProvenance(),
                strata().name(),
                seed(),
                description.trainShare(),
                description.folds(),
                description.fold(),
                description.sampleSize(),
                description.side());
        List<SequenceExample<T>> examples =
                Arrays.stream(positions).mapToObj(data::getExample).toList();
        return new MutableSequenceDataset<>(examples, provenance, data.getOutputFactory());
    }
}
