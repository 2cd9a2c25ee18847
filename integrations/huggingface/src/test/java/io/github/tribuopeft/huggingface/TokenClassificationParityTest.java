package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.backbone.WordPieces;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.WordReadout;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.VocabularyRows;
import io.github.tribuopeft.training.AdaptedBackbone;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingLoop;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Taggers against PEFT's token classification. With a prompt, PEFT gives rows of its virtual tokens too, and fails where there are labels: what
 * it says of the real tokens, and their mean loss, is what we must say.
 */
class TokenClassificationParityTest {

    private static final int LABELS = 5;
    private static final int IGNORED = -100;

    private final Backbone backbone =
            Backbone.open(new HuggingFaceDirectory(Golden.of("bert/model").folder()), Device.cpu(), Precision.FP32);

    /** What PEFT saved, in our names. */
    private record Saved(Golden golden, PeftMethod method, Map<String, Tensor> adapter, Map<String, Tensor> head) {

        static Saved of(String name, Backbone backbone) {
            Golden golden = Golden.of("bert/adapters/" + name + "_token_cls");
            Tensor packed = golden.tensor("adapter_model.safetensors", "prompt_embeddings");
            int count = (int) packed.shape().get(0);
            boolean prompt = name.equals("prompt_tuning");
            return new Saved(
                    golden,
                    prompt
                            ? new PromptTuning(count, new VocabularyRows(), Placement.BEFORE)
                            : PrefixTuning.builder()
                                    .virtualTokens(count)
                                    .placement(Placement.BEFORE)
                                    .dropout(0)
                                    .build(),
                    prompt
                            ? Map.of("prompt", new Tensor(new Shape(1).addAll(packed.shape()), packed.values()))
                            : PeftAdapter.entries(packed, backbone.shape()),
                    Map.of(
                            "weight", golden.tensor("adapter_model.safetensors", "base_model.classifier.weight"),
                            "bias", golden.tensor("adapter_model.safetensors", "base_model.classifier.bias")));
        }

        /** PEFT's logits of a real token. */
        float[] logits(int row, int token) {
            Tensor all = golden.tensor("logits");
            int width = (int) all.shape().get(1);
            int skipped = method.name().equals("prompt-tuning")
                    ? method.virtualTokens().count()
                    : 0;
            int begin = (row * width + skipped + token) * LABELS;
            return Arrays.copyOfRange(all.values(), begin, begin + LABELS);
        }
    }

    @AfterEach
    void close() {
        backbone.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt_tuning", "prefix_tuning"})
    void logitsOfFirstPieces(String name) {
        Saved saved = Saved.of(name, backbone);
        JsonNode texts = Golden.of("bert").json("golden.json").get("texts");
        List<WordPieces.Window> windows = new ArrayList<>();
        for (JsonNode text : texts) {
            windows.addAll(backbone.tokenizer().words(words(text)).windows(64));
        }
        assertThat(windows).as("each text fits").hasSize(texts.size());
        List<float[][]> logits;
        try (AdaptedBackbone adapted = new AdaptedBackbone(
                backbone,
                new Adapter(saved.adapter(), saved.method().virtualTokens()),
                WordReadout.FIRST_PIECE,
                new LabelHead(0.0),
                saved.head())) {
            logits = adapted.logits(
                    windows.stream().map(WordPieces.Window::tokens).toList());
        }
        for (int row = 0; row < windows.size(); row++) {
            int[] firsts = firstPieces(texts.get(row));
            assertThat(windows.get(row).tokens().marks()).containsExactly(firsts);
            assertThat(logits.get(row)).hasDimensions(firsts.length, LABELS);
            for (int word = 0; word < firsts.length; word++) {
                assertThat(logits.get(row)[word])
                        .as("text %d word %d", row, word)
                        .containsExactly(saved.logits(row, firsts[word]), within(1e-4f));
            }
        }
    }

    /** The words of a text as the fixture cuts it; its offsets count code points. */
    private static List<String> words(JsonNode text) {
        int[] points = text.get("text").asText().codePoints().toArray();
        List<int[]> spans = new ArrayList<>();
        for (int token = 0; token < text.get("word_ids").size(); token++) {
            JsonNode word = text.get("word_ids").get(token);
            if (!word.isNull()) {
                JsonNode offsets = text.get("offsets").get(token);
                if (word.asInt() == spans.size()) {
                    spans.add(new int[] {offsets.get(0).asInt(), 0});
                }
                spans.get(word.asInt())[1] = offsets.get(1).asInt();
            }
        }
        return spans.stream()
                .map(span -> new String(points, span[0], span[1] - span[0]))
                .toList();
    }

    private static int[] firstPieces(JsonNode text) {
        JsonNode words = text.get("word_ids");
        return IntStream.range(0, words.size())
                .filter(token -> !words.get(token).isNull() && !words.get(token).equals(words.get(token - 1)))
                .toArray();
    }

    @ParameterizedTest
    @CsvSource({"prompt_tuning, loss_real_tokens", "prefix_tuning, loss"})
    void lossOfLabelledTokens(String name, String loss) {
        Saved saved = Saved.of(name, backbone);
        List<Double> losses = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onStep(TrainingStep step) {
                losses.add(step.loss());
            }
        };
        List<TrainingItem> items = items(saved.golden().integers("labels"));
        new TrainingLoop(
                        backbone,
                        saved.method(),
                        WordReadout.FIRST_PIECE,
                        new LabelHead(0.0),
                        TrainingOptions.builder()
                                .epochs(1)
                                .batchSize(items.size())
                                .build(),
                        listener)
                .train(
                        new TrainingListener.TrainingStart(name, items.size(), 0, 0, 1, 1, 0, 0, 0, ""),
                        items,
                        saved.adapter(),
                        saved.head(),
                        null,
                        new SplittableRandom(1));
        assertThat(losses).hasSize(1);
        assertThat(losses.get(0))
                .isCloseTo(saved.golden().json("golden.json").get(loss).asDouble(), within(1e-4));
    }

    /** The batch with a mark at every token whose label counts. */
    private static List<TrainingItem> items(long[][] labels) {
        List<TrainingItem> items = new ArrayList<>();
        for (TokenSequence plain : Golden.of("bert").sequences()) {
            long[] own = labels[items.size()];
            int[] marks = IntStream.range(0, plain.length())
                    .filter(token -> own[token] != IGNORED)
                    .toArray();
            float[][] targets = IntStream.of(marks)
                    .mapToObj(mark -> new float[] {own[mark]})
                    .toArray(float[][]::new);
            items.add(new TrainingItem(new TokenSequence(plain.ids(), plain.types(), marks, 0), targets, 1f));
        }
        return items;
    }
}
