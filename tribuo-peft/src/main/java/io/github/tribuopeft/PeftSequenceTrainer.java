package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.data.TagScheme;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.SequenceMetric;
import io.github.tribuopeft.head.TokenF1;
import io.github.tribuopeft.head.TokenPooling;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Trainer;
import org.tribuo.WeightedExamples;
import org.tribuo.classification.Label;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceTrainer;

/**
 * Trains a tagger of words, such as a named-entity recognizer, on a frozen transformer. All methods of {@link PeftTrainer} work here, by the same
 * loop; what differs is that a head is asked about the first piece of every word.
 *
 * <p>Every word of a sequence must carry its text in metadata, see {@link WordExamples}. Sequences of any length are taken: what does not fit
 * the backbone is cut into overlapping windows.
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

    @Config(description = "What makes tags of hidden states.")
    private OutputHead<Label> head = new LabelHead();

    @Config(description = "How a sequence of tags is chosen.")
    private Decoding decoding = Decoding.LEGAL;

    @Config(description = "By what the best epoch is chosen.")
    private SequenceMetric metric = new TokenF1();

    /** For OLCUT. */
    private PeftSequenceTrainer() {}

    private PeftSequenceTrainer(Builder builder) {
        super(builder);
        this.head = builder.head;
        this.decoding = builder.decoding;
        this.metric = builder.metric;
        postConfig();
    }

    /** Starts from the defaults. */
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

    /** Trains and keeps the epoch that does best on a development set, whose provenance enters the model's. */
    public PeftSequenceModel train(SequenceDataset<Label> examples, SequenceDataset<Label> development) {
        return train(examples, development, Collections.emptyMap(), Trainer.INCREMENT_INVOCATION_COUNT);
    }

    /**
     * Trains.
     *
     * @param examples the training data
     * @param development chooses the best epoch; null for none beyond {@code developmentFraction}
     * @param runProvenance more provenance for the model
     * @param invocationCount number of the training, from 0, to repeat an earlier one; Tribuo's own interface for sequences has no such number
     * @throws UnseenOutputException if the development set has entities of a type that training has not seen
     * @throws IllegalArgumentException if a word has no text or an unknown output, if there is nothing to tell apart, or if the settings do not
     *     fit the backbone
     */
    public PeftSequenceModel train(
            SequenceDataset<Label> examples,
            SequenceDataset<Label> development,
            Map<String, Provenance> runProvenance,
            int invocationCount) {
        validateOutputs(examples.getOutputInfo(), head);
        try (Backbone open = openBackbone()) {
            Run run = begin(invocationCount, open.fingerprint());
            Split<SequenceExample<Label>> split =
                    split(examples, development, PeftSequenceTrainer::types, run.random());
            Optional<ValidatedCheckpoint<Label>> predecessor =
                    predecessor(open, PeftSequenceModel.class, examples.getOutputInfo());
            ImmutableOutputInfo<Label> outputs =
                    predecessor.map(ValidatedCheckpoint::outputs).orElseGet(examples::getOutputIDInfo);
            requireSeen(split.development(), outputs);
            int limit = textLimit(open);
            EncodedDataset lesson = lesson(open, limit, split, outputs);
            TrainingLoop.Result result =
                    tune(open, TokenPooling.FIRST_SUBWORD, head, outputs, lesson, predecessor, run.random());
            return new PeftSequenceModel(
                    method.name(),
                    provenance(
                            PeftSequenceModel.class,
                            run,
                            examples.getProvenance(),
                            development == null ? null : development.getProvenance(),
                            predecessor,
                            runProvenance),
                    features(),
                    outputs,
                    parts(open, result, head, TokenPooling.FIRST_SUBWORD, limit),
                    decoding,
                    result.history());
        }
    }

    /** Checks types rather than tags: an inner word of an entity may be new where its first word is not. */
    private void requireSeen(List<SequenceExample<Label>> development, ImmutableOutputInfo<Label> outputs) {
        Set<String> known = new TreeSet<>();
        head.names(outputs).forEach(tag -> known.add(entityType(tag)));
        for (SequenceExample<Label> sequence : development) {
            for (String tag : tags(sequence)) {
                if (!tag.equals(TagScheme.OUTSIDE) && !known.contains(entityType(tag))) {
                    known.remove(TagScheme.OUTSIDE);
                    throw new UnseenOutputException("entities of type '" + entityType(tag) + "'", known);
                }
            }
        }
    }

    /** What follows a tag's prefix. */
    private static String entityType(String tag) {
        return tag.substring(tag.indexOf('-') + 1);
    }

    /** The kinds of tags in a sequence: what a development set should have in proportion. */
    private static String types(SequenceExample<Label> sequence) {
        return String.join(" ", new TreeSet<>(tags(sequence)));
    }

    private static List<String> tags(SequenceExample<Label> sequence) {
        List<String> tags = new ArrayList<>();
        sequence.forEach(example -> tags.add(example.getOutput().getLabel()));
        return tags;
    }

    private EncodedDataset lesson(
            Backbone open, int limit, Split<SequenceExample<Label>> split, ImmutableOutputInfo<Label> outputs) {
        List<List<String>> words =
                split.training().stream().map(WordExamples::words).toList();
        List<TrainingItem> items = new ArrayList<>();
        for (Tagging.Placed placed : Tagging.windows(open.tokenizer(), words, limit)) {
            SequenceExample<Label> sequence = split.training().get(placed.sequence());
            float[][] targets = new float[placed.window().words().length][];
            for (int i = 0; i < targets.length; i++) {
                Example<Label> word = sequence.get(placed.window().words()[i]);
                targets[i] = head.objective().target(word.getOutput(), outputs);
            }
            if (targets.length > 0) {
                items.add(new TrainingItem(placed.window().tokens(), targets, sequence.getWeight()));
            }
        }
        if (items.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is nothing to learn from: the tokenizer makes no piece of any word in the training data");
        }
        return new EncodedDataset(
                split.training().size(),
                items,
                words.stream().map(sentence -> String.join(" ", sentence)).toList(),
                exam(open, limit, split.development(), outputs));
    }

    private ValidationSet exam(
            Backbone open, int limit, List<SequenceExample<Label>> sequences, ImmutableOutputInfo<Label> outputs) {
        List<Tagging.Placed> windows = Tagging.windows(
                open.tokenizer(), sequences.stream().map(WordExamples::words).toList(), limit);
        List<List<String>> expected =
                sequences.stream().map(PeftSequenceTrainer::tags).toList();
        List<Integer> lengths = expected.stream().map(List::size).toList();
        Tagging tagging = new Tagging(head, outputs, decoding);
        return new ValidationSet(
                sequences.size(),
                Tagging.tokens(windows),
                metric.name(),
                logits -> metric.measure(expected, tagging.tags(lengths, windows, logits)));
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
        return "PeftSequenceTrainer(head=" + head + ",decoding=" + decoding + ",metric=" + metric + "," + settings()
                + ")";
    }

    /** Settings of a trainer. */
    public static final class Builder extends PeftTrainerBuilder<Builder> {
        private OutputHead<Label> head = new LabelHead();
        private Decoding decoding = Decoding.LEGAL;
        private SequenceMetric metric = new TokenF1();

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** What makes tags of hidden states. */
        public Builder head(OutputHead<Label> of) {
            this.head = of;
            return this;
        }

        /** How a sequence of tags is chosen; legal sequences by default. */
        public Builder decoding(Decoding how) {
            this.decoding = how;
            return this;
        }

        /** By what the best epoch is chosen. */
        public Builder metric(SequenceMetric by) {
            this.metric = by;
            return this;
        }

        /**
         * The trainer.
         *
         * @throws NullPointerException if the backbone or the method is missing
         * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if a setting is out of its range
         */
        public PeftSequenceTrainer build() {
            return new PeftSequenceTrainer(this);
        }
    }
}
