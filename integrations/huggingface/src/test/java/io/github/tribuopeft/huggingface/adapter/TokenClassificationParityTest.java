package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.TokenizedWords;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.AdaptedBackbone;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingLoop;
import io.github.tribuopeft.training.TrainingObserver;
import io.github.tribuopeft.training.TrainingOptions;
import io.github.tribuopeft.training.TrainingPlan;
import io.github.tribuopeft.training.TrainingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Taggers against PEFT's token classification. With a prompt, PEFT gives rows of its virtual tokens too, and fails where there are labels: what
 * it says of the real tokens, and their mean loss, is what we must say.
 */
@ParameterizedClass
@MethodSource("io.github.tribuopeft.huggingface.Golden#roots")
@Tag("gpu")
class TokenClassificationParityTest {

    @Parameter
    private Golden files;

    private static final int LABELS = 5;
    private static final int IGNORED = -100;

    /** Tensors that PEFT saved, under the names of this library. */
    private record Saved(PeftAdapter peft, PeftMethod method, Map<String, Tensor> adapter, Map<String, Tensor> head) {

        static Saved of(Golden model, String name, Backbone backbone) {
            PeftAdapter peft = PeftAdapter.of(model, name + "_token_cls");
            Golden golden = peft.golden();
            String file = "adapter_model.safetensors";
            Map<String, Tensor> head = new HashMap<>();
            for (String stored : golden.names(file)) {
                if (stored.contains(".classifier.")) {
                    head.put(stored.substring(stored.lastIndexOf('.') + 1), golden.tensor(file, stored));
                }
            }
            return new Saved(peft, peft.method(), peft.trained(backbone.architecture()), head);
        }

        /** PEFT's logits of a real token. */
        float[] logits(int row, int token) {
            Tensor all = peft.golden().tensor("logits");
            int width = (int) all.shape().get(1);
            int skipped = method.name().equals("prompt-tuning")
                    ? method.virtualTokens().count()
                    : 0;
            int begin = (row * width + skipped + token) * LABELS;
            return Arrays.copyOfRange(all.values(), begin, begin + LABELS);
        }
    }

    private Backbone backbone;

    private Saved open(String family, String name) {
        backbone = files.in(family).backbone("model");
        return Saved.of(files.in(family), name, backbone);
    }

    @AfterEach
    void close() {
        if (backbone != null) {
            backbone.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt_tuning", "prefix_tuning"})
    void logitsOfFirstPieces(String name) {
        Saved saved = open("bert", name);
        JsonNode texts = files.in("bert").json("golden.json").get("texts");
        List<TokenizedWords.Window> windows = new ArrayList<>();
        for (JsonNode text : texts) {
            windows.addAll(backbone.tokenizer().encodeWords(words(text)).windows(64));
        }
        assertThat(windows).as("each text fits").hasSize(texts.size());
        List<float[][]> logits;
        try (AdaptedBackbone adapted = new AdaptedBackbone(
                backbone,
                new Adapter(saved.adapter(), saved.method().virtualTokens()),
                TokenPooling.FIRST_SUBWORD,
                new LabelHead(0.0),
                saved.head())) {
            logits = adapted.logits(
                    windows.stream().map(TokenizedWords.Window::tokens).toList());
        }
        for (int row = 0; row < windows.size(); row++) {
            int[] firsts = firstPieces(texts.get(row));
            assertThat(windows.get(row).tokens().wordStarts()).containsExactly(firsts);
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
    @CsvSource({
        "bert, prompt_tuning, loss_real_tokens",
        "bert, prefix_tuning, loss",
        "bert, lora, loss",
        "bert, ia3, loss",
        "roberta, prompt_tuning, loss_real_tokens",
        "roberta, prefix_tuning, loss",
        "roberta, lora, loss",
        "roberta, ia3, loss"
    })
    void lossOfLabelledTokens(String family, String name, String loss) {
        Saved saved = open(family, name);
        List<Double> losses = new ArrayList<>();
        TrainingObserver observer = new TrainingObserver() {
            @Override
            public void stepDone(int epoch, long step, double loss, double gradientNorm) {
                losses.add(loss);
            }
        };
        List<TrainingItem> items = items(files.in(family), saved.peft().golden().integers("labels"));
        TrainingOptions options =
                TrainingOptions.builder().epochs(1).batchSize(items.size()).build();
        TrainingPlan plan =
                TrainingPlan.of(options, items.size(), saved.method(), TokenPooling.FIRST_SUBWORD, new LabelHead(0.0));
        new TrainingLoop(backbone, plan, observer)
                .train(items, TrainingState.initial(saved.adapter(), saved.head()), null, new SplittableRandom(1));
        assertThat(losses).hasSize(1);
        assertThat(losses.get(0))
                .isCloseTo(saved.peft().golden().json("golden.json").get(loss).asDouble(), within(1e-4));
    }

    /** The batch with a mark at every token whose label counts. */
    private static List<TrainingItem> items(Golden model, long[][] labels) {
        List<TrainingItem> items = new ArrayList<>();
        for (TokenSequence plain : model.sequences()) {
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
