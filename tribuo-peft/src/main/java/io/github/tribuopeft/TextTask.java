package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.training.TrainingItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;

/**
 * Training on whole texts: one row of hidden states and one target for each example.
 *
 * @param head the head
 * @param pooling the pooling; null for the default of the backbone
 */
record TextTask<T extends Output<T>>(OutputHead<T> head, TextPooling pooling)
        implements TrainingTask<Example<T>, T, PeftModel<T>> {

    @Override
    public Class<? super PeftModel<T>> modelType() {
        return PeftModel.class;
    }

    @Override
    public TextPooling pooling(Backbone backbone) {
        return pooling == null ? backbone.defaultPooling() : pooling;
    }

    @Override
    public void requireTexts(List<Example<T>> examples) {
        TextExampleExtractor.texts(examples);
    }

    @Override
    public String stratum(Example<T> example) {
        return String.join("\n", labels(example));
    }

    @Override
    public SortedSet<String> labels(Example<T> example) {
        return head.names(example.getOutput());
    }

    @Override
    public SortedSet<String> labels(ImmutableOutputInfo<T> outputs) {
        return new TreeSet<>(head.names(outputs));
    }

    @Override
    public String describe(String label) {
        return "the output '" + label + "'";
    }

    @Override
    public EncodedDataset encode(List<Example<T>> examples, ImmutableOutputInfo<T> outputs, TextEncoder encoder) {
        List<String> texts = TextExampleExtractor.texts(examples);
        List<TrainingItem> items = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            float[] target = head.objective().target(examples.get(i).getOutput(), outputs);
            items.add(new TrainingItem(
                    encoder.encode(texts.get(i)),
                    new float[][] {target},
                    examples.get(i).getWeight()));
        }
        return new EncodedDataset(items, texts);
    }

    @Override
    public ValidationSet encodeValidation(
            List<Example<T>> examples, ImmutableOutputInfo<T> outputs, TextEncoder encoder) {
        List<float[]> targets = examples.stream()
                .map(example -> head.objective().target(example.getOutput(), outputs))
                .toList();
        List<TokenSequence> sequences = TextExampleExtractor.texts(examples).stream()
                .map(encoder::encode)
                .toList();
        return new ValidationSet(
                examples.size(),
                sequences,
                targets.stream().map(Arrays::toString).toList(),
                head.metric().name(),
                adapted -> head.metric()
                        .score(
                                adapted.logits(sequences).stream()
                                        .map(rows -> rows[0])
                                        .toList(),
                                targets));
    }

    @Override
    public PeftModel<T> createModel(TrainedModel<T> trained) {
        return new PeftModel<>(
                trained.state().method(),
                trained.provenance(),
                AbstractPeftTrainer.features(),
                trained.outputs(),
                trained.state(),
                trained.options(),
                trained.history());
    }
}
