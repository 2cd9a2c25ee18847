package io.github.tribuopeft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.OutputInfo;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;

/**
 * Examples of a dataset of Tribuo, either of texts or of sequences.
 *
 * @param examples the examples
 * @param outputs their outputs
 * @param outputIds creates the ids of the outputs
 * @param provenance the provenance of the dataset
 * @param sha256 computes the hash of the examples, see {@link DataDigest}
 */
record LabeledExamples<E, T extends Output<T>>(
        List<E> examples,
        OutputInfo<T> outputs,
        Supplier<ImmutableOutputInfo<T>> outputIds,
        DatasetProvenance provenance,
        Supplier<String> sha256) {

    static <T extends Output<T>> LabeledExamples<Example<T>, T> of(Dataset<T> dataset) {
        List<Example<T>> examples = new ArrayList<>();
        dataset.forEach(examples::add);
        return new LabeledExamples<>(
                examples,
                dataset.getOutputInfo(),
                dataset::getOutputIDInfo,
                dataset.getProvenance(),
                () -> DataDigest.of(dataset));
    }

    static <T extends Output<T>> LabeledExamples<SequenceExample<T>, T> of(SequenceDataset<T> dataset) {
        List<SequenceExample<T>> examples = new ArrayList<>();
        dataset.forEach(examples::add);
        return new LabeledExamples<>(
                examples,
                dataset.getOutputInfo(),
                dataset::getOutputIDInfo,
                dataset.getProvenance(),
                () -> DataDigest.of(dataset));
    }
}
