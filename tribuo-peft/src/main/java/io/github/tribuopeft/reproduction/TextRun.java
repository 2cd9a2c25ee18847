package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.DataDigest;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.training.TrainingListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.Prediction;

/**
 * Training run of a model that predicts an output for each text.
 *
 * @param training the training data
 * @param <T> the output type
 * @param development the development data, or null
 */
record TextRun<T extends Output<T>>(Dataset<T> training, Dataset<T> development) implements RecordedRun {

    /**
     * Creates a run on rebuilt datasets.
     *
     * @param development the development data, or null
     *
     * @throws ReproductionException if the outputs of the two datasets have different types
     */
    static <T extends Output<T>> TextRun<T> of(Dataset<T> training, Dataset<?> development) {
        if (development != null && !type(development).equals(type(training))) {
            throw new ReproductionException("The outputs of the training data are of " + type(training)
                    + ", but those of the development data are of " + type(development));
        }
        @SuppressWarnings("unchecked") // checked above
        Dataset<T> typed = (Dataset<T>) development;
        return new TextRun<>(training, typed);
    }

    private static Class<?> type(Dataset<?> data) {
        return data.getOutputFactory().getUnknownOutput().getClass();
    }

    @Override
    public String dataHash() {
        return DataDigest.of(training);
    }

    @Override
    public Optional<String> developmentHash() {
        return Optional.ofNullable(development).map(DataDigest::of);
    }

    @Override
    @SuppressWarnings("unchecked") // the head checks the type of the outputs
    public AdaptedModel train(
            Configurable trainer, TrainingListener listener, Map<String, Provenance> runProvenance, int invocation) {
        PeftTrainer<T> typed = (PeftTrainer<T>) trainer;
        typed.setListener(listener);
        return typed.train(training, development, runProvenance, invocation);
    }

    @Override
    @SuppressWarnings("unchecked") // the reproducer has compared the output domains
    public double agreement(
            AdaptedModel recorded,
            AdaptedModel retrained,
            BackboneReference backbone,
            String device,
            double tolerance) {
        PeftModel<T> before = (PeftModel<T>) recorded;
        List<Example<T>> examples = (development == null ? training : development)
                .getData().stream().limit(COMPARED_EXAMPLES).toList();
        List<Prediction<T>> second = ((PeftModel<T>) retrained).predict(examples);
        try (PeftModel<T> first = PeftModel.of(
                before.getProvenance(), before.getOutputIDInfo(), before.state().at(backbone, device))) {
            return Agreement.of(first.predict(examples), second, tolerance);
        }
    }
}
