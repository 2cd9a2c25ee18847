package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.NextTokenPooling;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.LmHead;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.training.AdaptedBackbone;
import io.github.tribuopeft.training.TrainingItem;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;

/**
 * Training of a language model on replies to prompts and on plain texts: one row of hidden states and one target for
 * each token of a reply and for its end token. Prompts and padding are not targets.
 */
record GenerationTask() implements TrainingTask<Example<Text>, Text, PeftTextModel> {

    private static final LmHead HEAD = new LmHead();

    @Override
    public Class<PeftTextModel> modelType() {
        return PeftTextModel.class;
    }

    @Override
    public OutputHead<Text> head() {
        return HEAD;
    }

    /** {@inheritDoc} Refuses a backbone that is not a language model, before anything is computed. */
    @Override
    public NextTokenPooling pooling(Backbone backbone) {
        backbone.requireLmHead();
        return NextTokenPooling.PREDICTED;
    }

    @Override
    public void requireTexts(List<Example<Text>> examples) {
        for (Example<Text> example : examples) {
            String prompt = TextExampleExtractor.text(example);
            String reply = example.getOutput().text();
            if (prompt.isEmpty() && reply.isEmpty()) {
                throw new IllegalArgumentException("An example has neither a prompt nor a reply; expected a reply");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(prompt + "\n" + reply)) {
                throw new IllegalArgumentException("The text '" + prompt + reply
                        + "' is not valid Unicode: it has half of a surrogate pair, which a file cannot contain");
            }
        }
    }

    @Override
    public String stratum(Example<Text> example) {
        return "";
    }

    @Override
    public SortedSet<String> labels(Example<Text> example) {
        return Collections.emptySortedSet();
    }

    @Override
    public SortedSet<String> labels(ImmutableOutputInfo<Text> outputs) {
        return Collections.emptySortedSet();
    }

    @Override
    public String describe(String label) {
        return label;
    }

    @Override
    public EncodedDataset encode(List<Example<Text>> examples, ImmutableOutputInfo<Text> outputs, TextEncoder encoder) {
        List<TrainingItem> items = items(examples, encoder.replies());
        if (items.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is nothing to learn from: the training data has no token that can be predicted");
        }
        return new EncodedDataset(
                items,
                examples.stream()
                        .map(example -> TextExampleExtractor.text(example)
                                + example.getOutput().text())
                        .toList());
    }

    @Override
    public ValidationSet encodeValidation(
            List<Example<Text>> examples, ImmutableOutputInfo<Text> outputs, TextEncoder encoder) {
        List<TrainingItem> items = items(examples, encoder.replies());
        return new ValidationSet(
                examples.size(),
                items.stream().map(TrainingItem::tokens).toList(),
                examples.stream().map(example -> example.getOutput().text()).toList(),
                HEAD.metric().name(),
                adapted -> -Math.exp(meanLoss(adapted, items)));
    }

    private static double meanLoss(AdaptedBackbone adapted, List<TrainingItem> items) {
        double sum = 0;
        long tokens = 0;
        for (float[] losses : adapted.losses(items, AdaptedBackbone.BATCH_TOKENS, size -> {})) {
            for (float loss : losses) {
                sum += loss;
            }
            tokens += losses.length;
        }
        return sum / tokens;
    }

    private static List<TrainingItem> items(List<Example<Text>> examples, ReplyEncoder encoder) {
        return examples.stream()
                .flatMap(example -> items(example, encoder).stream())
                .filter(item -> item.targets().length > 0)
                .toList();
    }

    /** Returns the items of an example. */
    static List<TrainingItem> items(Example<Text> example, ReplyEncoder encoder) {
        return encoder.encode(
                TextExampleExtractor.text(example), example.getOutput().text(), example.getWeight());
    }

    @Override
    public PeftTextModel createModel(TrainedModel<Text> trained) {
        return new PeftTextModel(
                trained.state().method(),
                trained.provenance(),
                AbstractPeftTrainer.features(),
                trained.outputs(),
                trained.state(),
                trained.options(),
                trained.history());
    }
}
