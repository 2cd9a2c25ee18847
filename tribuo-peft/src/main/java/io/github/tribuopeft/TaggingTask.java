package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.data.TagScheme;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.SequenceMetric;
import io.github.tribuopeft.head.SpanF1;
import io.github.tribuopeft.head.TokenF1;
import io.github.tribuopeft.training.TrainingItem;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceExample;

/**
 * Training on sequences of words: one row of hidden states and one target for each word.
 *
 * @param head the head
 * @param decoding the decoding of tags
 * @param metric the metric that chooses the best epoch; null for the default of the tags
 */
record TaggingTask(OutputHead<Label> head, Decoding decoding, SequenceMetric metric)
        implements TrainingTask<SequenceExample<Label>, Label, PeftSequenceModel> {

    @Override
    public Class<PeftSequenceModel> modelType() {
        return PeftSequenceModel.class;
    }

    @Override
    public Pooling pooling(Backbone backbone) {
        return TokenPooling.FIRST_SUBWORD;
    }

    @Override
    public void requireTexts(List<SequenceExample<Label>> examples) {
        examples.forEach(WordExamples::words);
    }

    @Override
    public String stratum(SequenceExample<Label> sequence) {
        return String.join(" ", new TreeSet<>(tags(sequence)));
    }

    /**
     * {@inheritDoc} These are entity types rather than tags: a development set may contain {@code I-X} where training
     * has {@code B-X} only.
     */
    @Override
    public SortedSet<String> labels(SequenceExample<Label> sequence) {
        return entityTypes(tags(sequence).stream());
    }

    @Override
    public SortedSet<String> labels(ImmutableOutputInfo<Label> outputs) {
        return entityTypes(head.names(outputs).stream());
    }

    @Override
    public String describe(String label) {
        return "entities of type '" + label + "'";
    }

    private static SortedSet<String> entityTypes(Stream<String> tags) {
        return tags.filter(tag -> !tag.equals(TagScheme.OUTSIDE))
                .map(tag -> tag.substring(tag.indexOf('-') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> tags(SequenceExample<Label> sequence) {
        List<String> tags = new ArrayList<>();
        sequence.forEach(word -> tags.add(word.getOutput().getLabel()));
        return tags;
    }

    @Override
    public EncodedDataset encode(
            List<SequenceExample<Label>> examples, ImmutableOutputInfo<Label> outputs, TextEncoder encoder) {
        List<List<String>> words = examples.stream().map(WordExamples::words).toList();
        List<TrainingItem> items = new ArrayList<>();
        for (Tagging.Placed placed : encoder.windows(words)) {
            SequenceExample<Label> sequence = examples.get(placed.sequence());
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
                    "There is nothing to learn from: the tokenizer converts no word of the training data to tokens");
        }
        return new EncodedDataset(
                items,
                words.stream().map(sentence -> String.join(" ", sentence)).toList());
    }

    @Override
    public ValidationSet encodeValidation(
            List<SequenceExample<Label>> examples, ImmutableOutputInfo<Label> outputs, TextEncoder encoder) {
        List<Tagging.Placed> windows =
                encoder.windows(examples.stream().map(WordExamples::words).toList());
        List<List<String>> expected = examples.stream().map(TaggingTask::tags).toList();
        List<Integer> lengths = expected.stream().map(List::size).toList();
        Tagging tagging = new Tagging(head, outputs, decoding);
        SequenceMetric chosen = metricFor(outputs);
        chosen.measure(expected, expected); // a metric that cannot read the tags fails now, not after an epoch
        List<TokenSequence> sequences = Tagging.tokens(windows);
        return new ValidationSet(
                examples.size(),
                sequences,
                expected.stream().map(tags -> String.join(" ", tags)).toList(),
                chosen.name(),
                adapted -> chosen.measure(expected, tagging.tags(lengths, windows, adapted.logits(sequences))));
    }

    private SequenceMetric metricFor(ImmutableOutputInfo<Label> outputs) {
        if (metric != null) {
            return metric;
        }
        return SpanScheme.CONLLEVAL.accepts(head.names(outputs)) ? new SpanF1() : new TokenF1();
    }

    @Override
    public PeftSequenceModel createModel(TrainedModel<Label> trained) {
        return new PeftSequenceModel(
                trained.state().method(),
                trained.provenance(),
                AbstractPeftTrainer.features(),
                trained.outputs(),
                trained.state(),
                decoding,
                trained.options(),
                trained.history());
    }
}
