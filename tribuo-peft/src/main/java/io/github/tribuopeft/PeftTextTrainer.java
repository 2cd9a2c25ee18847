package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.data.ReplyExamples;
import io.github.tribuopeft.text.Text;
import java.util.Collections;
import java.util.Map;
import org.tribuo.Dataset;
import org.tribuo.Trainer;
import org.tribuo.WeightedExamples;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Trainer of language models on a frozen decoder: replies to prompts, and plain texts. It supports all methods of
 * {@link PeftTrainer} and uses the same training loop. The backbone's own language-model head predicts the tokens.
 *
 * <p>Examples come from {@link ReplyExamples}. The loss is the mean over the tokens of replies and their end tokens, not
 * over prompts or padding. A plain text, which has no prompt, is divided into windows of {@code maxLength} tokens, all of
 * which are predicted. The best epoch is the one of the smallest perplexity on the development set.
 *
 * <pre>{@code
 * PeftTextTrainer trainer = PeftTextTrainer.builder()
 *         .backbone(new HuggingFaceDirectory(Path.of("gpt2")))
 *         .method(new PrefixTuning())
 *         .build();
 * try (PeftTextModel model = trainer.train(train, development)) {
 *     TextEvaluation evaluation = new TextEvaluator().evaluate(model, test);
 * }
 * }</pre>
 */
public final class PeftTextTrainer extends AbstractPeftTrainer implements Trainer<Text>, WeightedExamples {

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private PeftTextTrainer() {}

    private PeftTextTrainer(Builder builder) {
        super(builder);
        postConfig();
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public PeftTextModel train(Dataset<Text> examples) {
        return train(examples, Collections.emptyMap());
    }

    @Override
    public PeftTextModel train(Dataset<Text> examples, Map<String, Provenance> runProvenance) {
        return train(examples, runProvenance, INCREMENT_INVOCATION_COUNT);
    }

    @Override
    public PeftTextModel train(Dataset<Text> examples, Map<String, Provenance> runProvenance, int invocationCount) {
        return train(examples, null, runProvenance, invocationCount);
    }

    /**
     * Trains and keeps the best epoch on a development set. The model's provenance contains that of the development
     * set.
     */
    public PeftTextModel train(Dataset<Text> examples, Dataset<Text> development) {
        return train(examples, development, Collections.emptyMap(), INCREMENT_INVOCATION_COUNT);
    }

    /**
     * Trains.
     *
     * @param examples the training data
     * @param development chooses the best epoch; null to hold out {@code developmentFraction} of the training data
     * @param runProvenance further provenance of the model
     * @param invocationCount number of the invocation, from 0, to repeat an earlier one
     * @throws IllegalArgumentException if an example has no text, if the backbone is not a language model, if the
     *     settings do not fit it, or if a checkpoint belongs to another training run
     * @throws TrainingInterruptedException if the thread is interrupted; it contains the model of the best state so far
     */
    public PeftTextModel train(
            Dataset<Text> examples,
            Dataset<Text> development,
            Map<String, Provenance> runProvenance,
            int invocationCount) {
        return train(
                new GenerationTask(),
                LabeledExamples.of(examples),
                development == null ? null : LabeledExamples.of(development),
                runProvenance,
                invocationCount);
    }

    @Override
    TrainerProvenance describe(Fingerprint trainedOn) {
        return new PeftTrainerProvenance(this, trainedOn);
    }

    @Override
    public TrainerProvenance getProvenance() {
        return describe(backbone.fingerprint());
    }

    @Override
    public String toString() {
        return "PeftTextTrainer(" + settings() + ")";
    }

    /** Builder of trainers. */
    public static final class Builder extends PeftTrainerBuilder<Builder> {

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Creates the trainer.
         *
         * @throws NullPointerException if the backbone or the method is missing
         * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if a setting is out of range
         */
        public PeftTextTrainer build() {
            return new PeftTextTrainer(this);
        }
    }
}
