package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.DataDigest;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.training.TrainingListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;

/**
 * Training run of a tagger.
 *
 * @param training the training data
 * @param development the development data, or null
 */
record SequenceRun(SequenceDataset<Label> training, SequenceDataset<Label> development) implements RecordedRun {

    /**
     * Creates a run on rebuilt datasets.
     *
     * @param development the development data, or null
     *
     * @throws ReproductionException if the outputs are not labels
     */
    static SequenceRun of(SequenceDataset<?> training, SequenceDataset<?> development) {
        return new SequenceRun(labels(training), development == null ? null : labels(development));
    }

    @SuppressWarnings("unchecked") // checked
    private static SequenceDataset<Label> labels(SequenceDataset<?> data) {
        Object output = data.getOutputFactory().getUnknownOutput();
        if (!(output instanceof Label)) {
            throw new ReproductionException(
                    "The outputs of the words are of " + output.getClass() + ", but a tagger predicts labels");
        }
        return (SequenceDataset<Label>) data;
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
    public AdaptedModel train(
            Configurable trainer, TrainingListener listener, Map<String, Provenance> runProvenance, int invocation) {
        PeftSequenceTrainer typed = (PeftSequenceTrainer) trainer;
        typed.setListener(listener);
        return typed.train(training, development, runProvenance, invocation);
    }

    @Override
    public double agreement(
            AdaptedModel recorded,
            AdaptedModel retrained,
            BackboneReference backbone,
            String device,
            double tolerance) {
        PeftSequenceModel before = (PeftSequenceModel) recorded;
        List<SequenceExample<Label>> sequences = (development == null ? training : development)
                .getData().stream().limit(COMPARED_EXAMPLES).toList();
        List<List<Prediction<Label>>> second = ((PeftSequenceModel) retrained).predict(sequences);
        try (PeftSequenceModel first = PeftSequenceModel.of(
                before.getProvenance(),
                before.getOutputIDInfo(),
                before.state().at(backbone, device),
                before.tagDecoding().orElseThrow())) {
            return Agreement.of(flat(first.predict(sequences)), flat(second), tolerance);
        }
    }

    private static List<Prediction<Label>> flat(List<List<Prediction<Label>>> predictions) {
        return predictions.stream().flatMap(List::stream).toList();
    }
}
