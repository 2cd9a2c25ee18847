package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.DataDigest;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.training.TrainingListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Prediction;

/**
 * Training run of a language model.
 *
 * @param training the training data
 * @param development the development data, or null
 */
record GenerationRun(Dataset<Text> training, Dataset<Text> development) implements RecordedRun {

    /**
     * Creates a run on rebuilt datasets.
     *
     * @param development the development data, or null
     *
     * @throws ReproductionException if the outputs are not texts
     */
    static GenerationRun of(Dataset<?> training, Dataset<?> development) {
        return new GenerationRun(texts(training), development == null ? null : texts(development));
    }

    @SuppressWarnings("unchecked") // checked
    private static Dataset<Text> texts(Dataset<?> data) {
        Object output = data.getOutputFactory().getUnknownOutput();
        if (!(output instanceof Text)) {
            throw new ReproductionException(
                    "The outputs of the data are of " + output.getClass() + ", but a language model predicts texts");
        }
        return (Dataset<Text>) data;
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
        PeftTextTrainer typed = (PeftTextTrainer) trainer;
        typed.setListener(listener);
        return typed.train(training, development, runProvenance, invocation);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Two replies are equal if their texts are equal and their log-likelihoods differ by at most the tolerance,
     * relative to the log-likelihood of the recorded model.
     */
    @Override
    public double agreement(
            AdaptedModel recorded,
            AdaptedModel retrained,
            BackboneReference backbone,
            String device,
            double tolerance) {
        PeftTextModel before = (PeftTextModel) recorded;
        List<Example<Text>> examples = (development == null ? training : development)
                .getData().stream().limit(COMPARED_EXAMPLES).toList();
        List<Prediction<Text>> second = ((PeftTextModel) retrained).predict(examples);
        try (PeftTextModel first = PeftTextModel.of(
                before.getProvenance(), before.getOutputIDInfo(), before.state().at(backbone, device))) {
            List<Prediction<Text>> scored = first.predict(examples);
            long equal = 0;
            for (int i = 0; i < scored.size(); i++) {
                Text one = scored.get(i).getOutput();
                equal += one.fullEquals(second.get(i).getOutput(), tolerance * Math.abs(one.logLikelihood())) ? 1 : 0;
            }
            return (double) equal / scored.size();
        }
    }
}
