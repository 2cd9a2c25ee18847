package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.NextTokenPooling;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.data.ReplyExamples;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.LmHead;
import io.github.tribuopeft.method.CaseEmbedding;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.text.TextEvaluation;
import io.github.tribuopeft.text.TextEvaluator;
import io.github.tribuopeft.text.TextFactory;
import io.github.tribuopeft.training.TrainingItem;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Language models are trained on replies and their end tokens, and are models of Tribuo. */
class PeftTextTrainerTest {

    private static final int CLS = 2;
    private static final int SEP = 3;

    static Stream<PeftMethod> methods() {
        return ServiceLoader.load(PeftMethod.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(method -> !(method instanceof LinearProbe || method instanceof CaseEmbedding));
    }

    private static Dataset<Text> dataset(List<Example<Text>> examples) {
        TextFactory factory = new TextFactory();
        return new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("replies", factory)));
    }

    private static Dataset<Text> replies(int count) {
        String[] things = {"film", "book", "song"};
        return dataset(IntStream.range(0, count)
                .mapToObj(i -> ReplyExamples.reply(
                        "the new " + things[i % 3] + " is ", i % 2 == 0 ? "good and great" : "good and fine"))
                .toList());
    }

    private static PeftTextTrainer.Builder trainer(PeftMethod method) {
        return PeftTextTrainer.builder()
                .backbone(new TinyBackbone("llama"))
                .method(method)
                .options(Fixtures.options().epochs(3).build())
                .developmentFraction(0)
                .device(TestDevice.name());
    }

    /** Every method learns, survives a file to the bit, and leaves the backbone alone. */
    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodLearnsAndIsSaved(PeftMethod method, @TempDir Path folder) throws Exception {
        Dataset<Text> data = replies(24);
        String before = weights();
        try (PeftTextModel model = trainer(method).build().train(data)) {
            List<Double> losses = model.history().orElseThrow().epochs().stream()
                    .map(epoch -> epoch.trainLoss())
                    .toList();
            assertThat(losses.get(2)).as("%s", losses).isLessThan(losses.get(0));
            TextEvaluation evaluation = new TextEvaluator().evaluate(model, data);
            Path file = folder.resolve("model.tribuo");
            model.serializeToFile(file);
            assertThat(AdaptedModel.kindOf(file)).isEqualTo(PeftTextModel.class);
            try (PeftTextModel read = (PeftTextModel) AdaptedModel.load(file);
                    PeftTextModel byTribuo = (PeftTextModel) Model.deserialize(model.serialize())) {
                assertThat(new TextEvaluator().evaluate(read, data).likelihood())
                        .isEqualTo(evaluation.likelihood());
                assertThat(byTribuo.getProvenance()).isEqualTo(model.getProvenance());
            }
        }
        assertThat(weights()).isEqualTo(before);
    }

    private static String weights() {
        try (Backbone backbone = Backbone.open(new TinyBackbone("llama"), TestDevice.get(), Precision.FP32)) {
            return backbone.weightsHash();
        }
    }

    @Test
    void aSecondRunRepeatsTheFirstToTheBit() {
        Dataset<Text> data = replies(12);
        try (PeftTextModel first = trainer(new PromptTuning()).build().train(data);
                PeftTextModel second = trainer(new PromptTuning()).build().train(data)) {
            assertThat(first.state().parametersHash()).isEqualTo(second.state().parametersHash());
        }
    }

    private static List<TrainingItem> items(String prompt, String reply, int maxLength) {
        try (Backbone backbone = Backbone.open(new TinyBackbone("llama"), TestDevice.get(), Precision.FP32)) {
            return new ReplyEncoder(backbone.tokenizer(), OptionalInt.of(SEP), maxLength).encode(prompt, reply, 1);
        }
    }

    private static int[] targets(TrainingItem item) {
        return Stream.of(item.targets()).mapToInt(target -> (int) target[0]).toArray();
    }

    private static int[] ids(String text) {
        try (Backbone backbone = Backbone.open(new TinyBackbone("llama"), TestDevice.get(), Precision.FP32)) {
            return backbone.tokenizer().encodeWithoutSpecialTokens(text);
        }
    }

    private static int[] join(int[]... parts) {
        return Stream.of(parts).flatMapToInt(IntStream::of).toArray();
    }

    /** Trap: an end token that also serves as padding is masked, and generation never ends. */
    @Test
    void theReplyAndItsEndTokenArePredictedAndThePromptIsNot() {
        TrainingItem item = items("the film is ", "good and great", 48).get(0);
        int[] prompt = join(new int[] {CLS}, ids("the film is"));
        int[] reply = ids("good and great");
        assertThat(item.tokens().ids()).isEqualTo(join(prompt, reply)); // the end token is a target only
        assertThat(targets(item)).isEqualTo(join(reply, new int[] {SEP}));
        assertThat(item.tokens().wordStarts())
                .isEqualTo(IntStream.rangeClosed(prompt.length - 1, prompt.length - 1 + reply.length)
                        .toArray());
        assertThat(NextTokenPooling.PREDICTED.rowCount(item.tokens())).isEqualTo(reply.length + 1);
    }

    /** Trap: a chat template and the tokenizer both write the opening token. */
    @Test
    void theOpeningTokenIsNotRepeated() {
        assertThat(items("[CLS] the film is ", "good", 48).get(0).tokens().ids())
                .isEqualTo(items("the film is ", "good", 48).get(0).tokens().ids());
    }

    /** Trap: a reply that ends with the end token already does not get a second one. */
    @Test
    void theEndTokenIsNotRepeated() {
        assertThat(targets(items("the film is ", "good [SEP]", 48).get(0)))
                .isEqualTo(targets(items("the film is ", "good", 48).get(0)));
    }

    @Test
    void aLongPromptKeepsItsOpeningTokenAndItsEnd() {
        int[] prompt = ids("the new film of the city is");
        int[] reply = ids("good");
        int limit = 1 + 2 + reply.length + 1; // the opening token, two tokens of the prompt, the reply, the end token
        TrainingItem cut = items("the new film of the city is ", "good", limit).get(0);
        int[] end = {prompt[prompt.length - 2], prompt[prompt.length - 1]};
        assertThat(cut.tokens().ids()).isEqualTo(join(new int[] {CLS}, end, reply));
        assertThat(cut.tokens().dropped()).isEqualTo(prompt.length - 2);
        assertThat(targets(cut)).isEqualTo(join(reply, new int[] {SEP}));
    }

    @Test
    void aLongReplyLosesItsEnd() {
        int[] reply = ids("good and great and good and great");
        TrainingItem cut =
                items("the film is ", "good and great and good and great", 8).get(0);
        assertThat(targets(cut)).isEqualTo(IntStream.of(reply).limit(6).toArray());
        assertThat(cut.tokens().ids()).hasSize(7);
    }

    @Test
    void aPlainTextIsPredictedInWindows() {
        int[] ids = ids("the new film is good and great");
        List<TrainingItem> windows = items("", "the new film is good and great", 4);
        assertThat(windows).hasSize((ids.length + 2) / 3);
        assertThat(windows.stream()
                        .flatMapToInt(item -> IntStream.of(targets(item)))
                        .toArray())
                .isEqualTo(ids);
        assertThat(windows.get(1).tokens().ids()).containsExactly(CLS, ids[3], ids[4]);
    }

    /** Trap: the loss of a reply must not depend on the padding that longer rows of its batch add. */
    @Test
    void paddingDoesNotChangeTheScore() {
        for (PeftMethod method :
                List.of(new PrefixTuning(), new PromptTuning(), LoRA.builder().build())) {
            try (PeftTextModel model = trainer(method).build().train(replies(6))) {
                Example<Text> small = ReplyExamples.reply("the film is", "good");
                Example<Text> large = ReplyExamples.reply(
                        "the new book of the city and the river and the mountain is", "awful and poor and bad");
                List<Double> alone = Stream.of(small, large)
                        .map(example -> model.predict(example).getOutput().logLikelihood())
                        .toList();
                List<Double> together = model.predict(List.of(small, large)).stream()
                        .map(prediction -> prediction.getOutput().logLikelihood())
                        .toList();
                for (int i = 0; i < 2; i++) {
                    assertThat(together.get(i)).isCloseTo(alone.get(i), within(1e-3));
                }
            }
        }
    }

    /** Trap: beyond the positions, Llama says nothing. */
    @Test
    void theLengthOfTextAndVirtualTokensIsChecked() {
        assertThatThrownBy(
                        () -> trainer(new PromptTuning()).maxLength(40).build().train(replies(6)))
                .hasMessage("maxLength 40 and 20 virtual tokens need 60 positions, but the backbone has 48. The largest"
                        + " maxLength is 28");
    }

    @Test
    void whatIsNoLanguageModelIsRefusedByName() {
        assertThatThrownBy(() -> PeftTextTrainer.builder()
                        .backbone(new TinyBert())
                        .method(new PrefixTuning())
                        .build()
                        .train(replies(6)))
                .hasMessageContaining("is not a language model");
        assertThatThrownBy(() -> trainer(new LinearProbe()).build().train(replies(6)))
                .hasMessageStartingWith("Method 'linear-probe' has no values to train here");
        assertThatThrownBy(() -> trainer(new CaseEmbedding()).build().train(replies(6)))
                .hasMessageContaining("it supports classification, regression and tagging only");
        assertThatThrownBy(() -> PeftTrainer.builder(new LmHead())
                        .backbone(new TinyBackbone("llama"))
                        .method(new PrefixTuning())
                        .build()
                        .train(replies(6)))
                .hasMessageContaining("Train it with a PeftTextTrainer");
        assertThatThrownBy(
                        () -> trainer(new PrefixTuning()).build().train(dataset(List.of(ReplyExamples.plainText("")))))
                .hasMessage("An example has neither a prompt nor a reply; expected a reply");
        assertThat(new LabelHead().layer()).isNotEqualTo(new LmHead().layer());
    }
}
