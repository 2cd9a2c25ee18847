package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.OutputHead;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import org.tribuo.Dataset;
import org.tribuo.Output;
import org.tribuo.Trainer;
import org.tribuo.WeightedExamples;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Trainer of text models: trains a parameter-efficient method and a head on a frozen transformer.
 *
 * <p>The metadata of the examples must contain their text, as {@link TextExampleExtractor} writes it; their features
 * are ignored. A development set chooses the best epoch, whose state the model keeps. Without one, a tenth of the
 * examples is held out, see {@link PeftTrainerBuilder#developmentFraction}.
 *
 * <pre>{@code
 * PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
 *         .backbone(new MiniLm())
 *         .method(new PrefixTuning())
 *         .build();
 * try (PeftModel<Label> model = trainer.train(train, development)) {
 *     LabelEvaluation evaluation = new LabelEvaluator().evaluate(model, test);
 * }
 * }</pre>
 *
 * <p>A trainer holds no native memory and may train in several threads at once.
 *
 * @param <T> the output type
 */
public final class PeftTrainer<T extends Output<T>> extends AbstractPeftTrainer
        implements Trainer<T>, WeightedExamples {

    /** Key of the provenance of the development set among the instance values of a model's provenance. */
    public static final String DEVELOPMENT_DATA = "development-data";

    /** Key of the SHA-256 of the {@link InitialCheckpoint} among the instance values of a model's provenance. */
    public static final String START_HASH = "start-hash";

    /**
     * Key of the number of steps after which training was stopped, among the instance values of a model's provenance.
     * Absent if training was complete.
     */
    public static final String STOPPED = "stopped-after-steps";

    @Config(mandatory = true, description = "Head that predicts outputs from hidden states.")
    private OutputHead<T> head;

    @Config(
            description =
                    "Pooling of a text's hidden states: MEAN, CLS, FIRST_VIRTUAL or LAST; by default the backbone's.")
    private TextPooling pooling;

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private PeftTrainer() {}

    private PeftTrainer(Builder<T> builder) {
        super(builder);
        this.head = Objects.requireNonNull(builder.head, "A trainer needs a head");
        this.pooling = builder.pooling;
        postConfig();
    }

    /** Returns a builder of trainers with a head. */
    public static <T extends Output<T>> Builder<T> builder(OutputHead<T> head) {
        return new Builder<>(head);
    }

    @Override
    public PeftModel<T> train(Dataset<T> examples) {
        return train(examples, Collections.emptyMap());
    }

    @Override
    public PeftModel<T> train(Dataset<T> examples, Map<String, Provenance> runProvenance) {
        return train(examples, runProvenance, INCREMENT_INVOCATION_COUNT);
    }

    @Override
    public PeftModel<T> train(Dataset<T> examples, Map<String, Provenance> runProvenance, int invocationCount) {
        return train(examples, null, runProvenance, invocationCount);
    }

    /**
     * Trains and keeps the best epoch on a development set. The model's provenance contains that of the development
     * set.
     */
    public PeftModel<T> train(Dataset<T> examples, Dataset<T> development) {
        return train(examples, development, Collections.emptyMap(), INCREMENT_INVOCATION_COUNT);
    }

    /**
     * Trains.
     *
     * @param examples the training data
     * @param development chooses the best epoch; null to hold out {@code developmentFraction} of the training data
     * @param runProvenance further provenance of the model
     * @param invocationCount number of the invocation, from 0, to repeat an earlier one
     * @throws UnseenOutputException if the development set has an output that the training data lacks
     * @throws IllegalArgumentException if an example has no text or an unknown output, if the data has too few outputs
     *     or examples, if the settings do not fit the backbone, or if a checkpoint belongs to another training run
     * @throws TrainingInterruptedException if the thread is interrupted; it contains the model of the best state so far
     */
    public PeftModel<T> train(
            Dataset<T> examples, Dataset<T> development, Map<String, Provenance> runProvenance, int invocationCount) {
        return train(
                new TextTask<>(head, pooling),
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
        return "PeftTrainer(head=" + head + ",pooling=" + (pooling == null ? "backbone's" : pooling) + "," + settings()
                + ")";
    }

    /**
     * Builder of trainers.
     *
     * @param <T> the output type
     */
    public static final class Builder<T extends Output<T>> extends PeftTrainerBuilder<Builder<T>> {
        private final OutputHead<T> head;
        private TextPooling pooling;

        private Builder(OutputHead<T> head) {
            this.head = head;
        }

        @Override
        Builder<T> self() {
            return this;
        }

        /**
         * Sets the pooling of a text's hidden states; by default the
         * {@linkplain io.github.tribuopeft.backbone.Backbone#defaultPooling backbone's}.
         */
        public Builder<T> pooling(TextPooling textPooling) {
            this.pooling = Objects.requireNonNull(textPooling, "pooling");
            return this;
        }

        /**
         * Creates the trainer.
         *
         * @throws NullPointerException if the backbone or the method is missing
         * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if a setting is out of range
         */
        public PeftTrainer<T> build() {
            return new PeftTrainer<>(this);
        }
    }
}
