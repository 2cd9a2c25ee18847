package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.SequenceMetric;
import io.github.tribuopeft.head.SpanF1;
import io.github.tribuopeft.head.TokenF1;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import org.tribuo.Trainer;
import org.tribuo.WeightedExamples;
import org.tribuo.classification.Label;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceTrainer;

/**
 * Trainer of word taggers, such as named-entity recognizers, on a frozen transformer. It supports all methods of
 * {@link PeftTrainer} and uses the same training loop. The head reads the state of the first subword of each word.
 *
 * <p>The metadata of each word must contain its text, see {@link WordExamples}. Sequences may have any length: those
 * that do not fit the backbone are divided into overlapping windows.
 *
 * <pre>{@code
 * PeftSequenceTrainer trainer = PeftSequenceTrainer.builder()
 *         .backbone(new MiniLm())
 *         .method(new PrefixTuning())
 *         .build();
 * try (PeftSequenceModel model = trainer.train(train, development)) {
 *     List<Prediction<Label>> tags = model.predict(sentence);
 * }
 * }</pre>
 */
public final class PeftSequenceTrainer extends AbstractPeftTrainer implements SequenceTrainer<Label>, WeightedExamples {

    @Config(description = "Head that predicts tags from hidden states.")
    private OutputHead<Label> head = new LabelHead();

    @Config(description = "Decoding of tag sequences.")
    private Decoding decoding = Decoding.LEGAL;

    @Config(
            description =
                    "Metric that chooses the best epoch; by default SpanF1 for tags of entities, TokenF1 for others.")
    private SequenceMetric metric;

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private PeftSequenceTrainer() {}

    private PeftSequenceTrainer(Builder builder) {
        super(builder);
        this.head = builder.head;
        this.decoding = builder.decoding;
        this.metric = builder.metric;
        postConfig();
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public PeftSequenceModel train(SequenceDataset<Label> examples) {
        return train(examples, Collections.emptyMap());
    }

    @Override
    public PeftSequenceModel train(SequenceDataset<Label> examples, Map<String, Provenance> runProvenance) {
        return train(examples, null, runProvenance, Trainer.INCREMENT_INVOCATION_COUNT);
    }

    /**
     * Trains and keeps the best epoch on a development set. The model's provenance contains that of the development
     * set.
     */
    public PeftSequenceModel train(SequenceDataset<Label> examples, SequenceDataset<Label> development) {
        return train(examples, development, Collections.emptyMap(), Trainer.INCREMENT_INVOCATION_COUNT);
    }

    /**
     * Trains.
     *
     * @param examples the training data
     * @param development chooses the best epoch; null to hold out {@code developmentFraction} of the training data
     * @param runProvenance further provenance of the model
     * @param invocationCount number of the invocation, from 0, to repeat an earlier one; Tribuo's interface for
     *     sequences has no such parameter
     * @throws UnseenOutputException if the development set has an entity type that the training data lacks
     * @throws IllegalArgumentException if a word has no text or an unknown output, if the data has too few outputs or
     *     examples, if the settings do not fit the backbone, or if a checkpoint belongs to another training run
     * @throws TrainingInterruptedException if the thread is interrupted; it contains the model of the best state so far
     */
    public PeftSequenceModel train(
            SequenceDataset<Label> examples,
            SequenceDataset<Label> development,
            Map<String, Provenance> runProvenance,
            int invocationCount) {
        return train(
                new TaggingTask(head, decoding, metric),
                LabeledExamples.of(examples),
                development == null ? null : LabeledExamples.of(development),
                runProvenance,
                invocationCount);
    }

    @Override
    TrainerProvenance describe(Fingerprint trainedOn) {
        return new PeftTrainerProvenance(this, trainedOn, true);
    }

    @Override
    public TrainerProvenance getProvenance() {
        return describe(backbone.fingerprint());
    }

    @Override
    public String toString() {
        return "PeftSequenceTrainer(head=" + head + ",decoding=" + decoding + ",metric="
                + (metric == null ? "SpanF1() or TokenF1()" : metric) + "," + settings()
                + ")";
    }

    /** Builder of trainers. */
    public static final class Builder extends PeftTrainerBuilder<Builder> {
        private OutputHead<Label> head = new LabelHead();
        private Decoding decoding = Decoding.LEGAL;
        private SequenceMetric metric;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Sets the head that predicts tags from hidden states. */
        public Builder head(OutputHead<Label> tagHead) {
            this.head = Objects.requireNonNull(tagHead, "head");
            return this;
        }

        /** Sets the decoding of tag sequences; {@link Decoding#LEGAL} by default. */
        public Builder decoding(Decoding tagDecoding) {
            this.decoding = Objects.requireNonNull(tagDecoding, "decoding");
            return this;
        }

        /**
         * Sets the metric that chooses the best epoch; by default {@link SpanF1} if the tags are those of entities, and
         * {@link TokenF1} for other tags, such as parts of speech.
         */
        public Builder metric(SequenceMetric developmentMetric) {
            this.metric = Objects.requireNonNull(developmentMetric, "metric");
            return this;
        }

        /**
         * Creates the trainer.
         *
         * @throws NullPointerException if the backbone or the method is missing
         * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if a setting is out of range
         */
        public PeftSequenceTrainer build() {
            return new PeftSequenceTrainer(this);
        }
    }
}
