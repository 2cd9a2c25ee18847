package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.Pooling;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.Trainer;
import org.tribuo.WeightedExamples;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Trains a soft prompt, or another parameter-efficient method, and a head on a frozen transformer.
 *
 * <p>The examples must carry their text in metadata, as those of {@link TextExampleExtractor} do; their features are not looked at. The
 * best epoch is chosen on a development set, where there is one, and its state is what the model keeps.
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
 * <p>The trainer itself holds no native memory and may train in several threads at once.
 *
 * @param <T> the output type
 */
public final class PeftTrainer<T extends Output<T>> extends AbstractPeftTrainer
        implements Trainer<T>, WeightedExamples {

    /** Key of a development set's provenance among the instance values of a model's provenance. */
    public static final String DEVELOPMENT_DATA = "development-data";

    /** Key, likewise, of the SHA-256 of the {@link Start} that training went on from. */
    public static final String START_HASH = "start-hash";

    @Config(mandatory = true, description = "What makes outputs of hidden states.")
    private OutputHead<T> head;

    @Config(
            description =
                    "How a text's hidden states become one row: MEAN, CLS or LAST; by default what suits the backbone.")
    private Pooling pooling;

    /** For OLCUT. */
    private PeftTrainer() {}

    private PeftTrainer(Builder<T> builder) {
        super(builder);
        this.head = Objects.requireNonNull(builder.head, "A trainer needs a head");
        this.pooling = builder.pooling;
        postConfig();
    }

    /** Starts a trainer of outputs that {@code head} makes. */
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

    /** Trains and keeps the epoch that does best on a development set, whose provenance enters the model's. */
    public PeftModel<T> train(Dataset<T> examples, Dataset<T> development) {
        return train(examples, development, Collections.emptyMap(), INCREMENT_INVOCATION_COUNT);
    }

    /**
     * Trains.
     *
     * @param examples the training data
     * @param development chooses the best epoch; null for none beyond {@code developmentFraction}
     * @param runProvenance more provenance for the model
     * @param invocationCount number of the training, from 0, to repeat an earlier one
     * @throws UnseenOutputException if the development set has an output that training has not seen
     * @throws IllegalArgumentException if an example has no text or an unknown output, if there is nothing to tell apart, or if the settings
     *     do not fit the backbone
     */
    public PeftModel<T> train(
            Dataset<T> examples, Dataset<T> development, Map<String, Provenance> runProvenance, int invocationCount) {
        validateOutputs(examples.getOutputInfo(), head);
        TextExampleExtractor.texts(examples); // fails early where texts are missing
        try (Backbone open = openBackbone()) {
            Run run = begin(invocationCount, open.fingerprint());
            Split<Example<T>> split =
                    split(examples, development, e -> e.getOutput().toString(), run.random());
            Optional<ValidatedCheckpoint<T>> predecessor = predecessor(open, PeftModel.class, examples.getOutputInfo());
            ImmutableOutputInfo<T> outputs =
                    predecessor.map(ValidatedCheckpoint::outputs).orElseGet(examples::getOutputIDInfo);
            requireSeen(split.development(), outputs);
            int limit = textLimit(open);
            Pooling readout = pooling == null ? Pooling.of(open) : pooling;
            EncodedDataset lesson = lesson(open, limit, split, outputs);
            TrainingLoop.Result result = tune(open, readout, head, outputs, lesson, predecessor, run.random());
            return new PeftModel<>(
                    method.name(),
                    provenance(
                            PeftModel.class,
                            run,
                            examples.getProvenance(),
                            development == null ? null : development.getProvenance(),
                            predecessor,
                            runProvenance),
                    features(),
                    outputs,
                    parts(open, result, head, readout, limit),
                    result.history());
        }
    }

    private void requireSeen(List<Example<T>> development, ImmutableOutputInfo<T> outputs) {
        Set<T> known = outputs.getDomain();
        for (Example<T> example : development) {
            if (!known.contains(example.getOutput())) {
                throw new UnseenOutputException("the output '" + example.getOutput() + "'", head.names(outputs));
            }
        }
    }

    private EncodedDataset lesson(Backbone open, int limit, Split<Example<T>> split, ImmutableOutputInfo<T> outputs) {
        List<TrainingItem> items = new ArrayList<>();
        for (Example<T> example : split.training()) {
            items.add(new TrainingItem(
                    encode(open, example, limit),
                    new float[][] {head.objective().target(example.getOutput(), outputs)},
                    example.getWeight()));
        }
        return new EncodedDataset(
                items.size(),
                items,
                TextExampleExtractor.texts(split.training()),
                exam(open, limit, split.development(), outputs));
    }

    private ValidationSet exam(Backbone open, int limit, List<Example<T>> examples, ImmutableOutputInfo<T> outputs) {
        List<float[]> targets = examples.stream()
                .map(example -> head.objective().target(example.getOutput(), outputs))
                .toList();
        return new ValidationSet(
                examples.size(),
                examples.stream().map(example -> encode(open, example, limit)).toList(),
                head.metric().name(),
                logits ->
                        head.metric().score(logits.stream().map(rows -> rows[0]).toList(), targets));
    }

    private TokenSequence encode(Backbone open, Example<T> example, int limit) {
        return open.tokenizer().encode(TextExampleExtractor.text(example), limit);
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
     * Settings of a trainer.
     *
     * @param <T> the output type
     */
    public static final class Builder<T extends Output<T>> extends PeftTrainerBuilder<Builder<T>> {
        private final OutputHead<T> head;
        private Pooling pooling;

        private Builder(OutputHead<T> head) {
            this.head = head;
        }

        @Override
        Builder<T> self() {
            return this;
        }

        /** How a text's hidden states become one row; by default {@linkplain Pooling#of what suits the backbone}. */
        public Builder<T> pooling(Pooling how) {
            this.pooling = Objects.requireNonNull(how, "pooling");
            return this;
        }

        /**
         * The trainer.
         *
         * @throws NullPointerException if the backbone or the method is missing
         * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if a setting is out of its range
         */
        public PeftTrainer<T> build() {
            return new PeftTrainer<>(this);
        }
    }
}
