package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.Pooling;
import io.github.tribuopeft.testing.TinyDecoder;
import io.github.tribuopeft.testing.TinyDecoder.Kind;
import io.github.tribuopeft.testing.Toys;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.MutableSequenceDataset;

/** Every method on decoders: true gradients, a loss that falls, a file that keeps every bit; for texts and for words. */
class DecoderContractTest {

    private static final MutableDataset<Label> OPINIONS = Toys.opinions(16);

    @TempDir
    private Path folder;

    static Stream<Arguments> everySetting() {
        return Stream.of(Kind.GPT2, Kind.ALL_PARTS, Kind.WINDOWED)
                .flatMap(kind -> GradientTest.methods().map(method -> Arguments.of(kind, method)));
    }

    /** One setting of each method, on the two kinds that have all parts between them. */
    static Stream<Arguments> everyMethod() {
        Map<String, PeftMethod> methods = new LinkedHashMap<>();
        GradientTest.methods().forEach(method -> methods.putIfAbsent(method.name(), method));
        return Stream.of(Kind.GPT2, Kind.ALL_PARTS)
                .flatMap(kind -> methods.values().stream().map(method -> Arguments.of(kind, method)));
    }

    @ParameterizedTest
    @MethodSource("everySetting")
    void gradientsAreSlopesOfTheLoss(Kind kind, PeftMethod method) {
        // of all tokens: the first one, seeing nothing but itself, has no use for queries and keys
        GradientTest.check(new TinyDecoder(kind), method, Pooling.MEAN);
    }

    @ParameterizedTest
    @MethodSource("everyMethod")
    void classifiersLearnAndSurviveAFile(Kind kind, PeftMethod method) throws IOException {
        try (PeftModel<Label> model =
                Toys.trainer(method).backbone(new TinyDecoder(kind)).build().train(OPINIONS)) {
            assertLossWentDown(model.history().orElseThrow());
            assertThat(model.adapter().values()).allMatch(Tensor::isFinite);
            Path file = folder.resolve("model.tribuo");
            model.serializeToFile(file);
            try (PeftModel<?> loaded = PeftModel.load(file)) {
                assertThat(Toys.scores(loaded.castModel(Label.class), OPINIONS))
                        .containsExactly(Toys.scores(model, OPINIONS));
                assertThat(loaded.getProvenance()).isEqualTo(model.getProvenance());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyMethod")
    void learnInBfloat16(Kind kind, PeftMethod method) {
        try (PeftModel<Label> model = Toys.trainer(method)
                .backbone(new TinyDecoder(kind))
                .precision(Precision.BF16)
                .build()
                .train(OPINIONS)) {
            assertLossWentDown(model.history().orElseThrow());
            assertThat(model.adapter().values()).allMatch(Tensor::isFinite);
        }
    }

    @ParameterizedTest
    @MethodSource("everyMethod")
    void taggersLearnAndSurviveAFile(Kind kind, PeftMethod method) throws IOException {
        MutableSequenceDataset<Label> sentences = sentences();
        try (PeftSequenceModel model = PeftSequenceTrainer.builder()
                .backbone(new TinyDecoder(kind))
                .method(method)
                .head(new LabelHead(0.0))
                .options(Toys.options().batchSize(3).build())
                .device("cpu")
                .build()
                .train(sentences)) {
            assertLossWentDown(model.history().orElseThrow());
            Path file = folder.resolve("tagger.tribuo");
            model.serializeToFile(file);
            try (PeftSequenceModel loaded = PeftSequenceModel.load(file)) {
                assertThat(scores(loaded, sentences)).isEqualTo(scores(model, sentences));
            }
        }
    }

    private static MutableSequenceDataset<Label> sentences() {
        MutableSequenceDataset<Label> sentences = new MutableSequenceDataset<>(
                new SimpleDataSourceProvenance("written by hand", new LabelFactory()), new LabelFactory());
        for (String place : List.of("city", "river", "mountain")) {
            for (String film : List.of("film", "book")) {
                sentences.add(WordExamples.of(
                        List.of("the", place, "is", "a", film),
                        Stream.of("O", "B-PLACE", "O", "O", "B-WORK")
                                .map(Label::new)
                                .toList()));
            }
        }
        return sentences;
    }

    private static void assertLossWentDown(TrainingHistory history) {
        List<TrainingEpoch> epochs = history.epochs();
        assertThat(epochs.get(epochs.size() - 1).trainLoss())
                .isLessThan(0.95 * epochs.get(0).trainLoss());
    }

    private static List<Double> scores(PeftSequenceModel model, MutableSequenceDataset<Label> sentences) {
        return model.predict(sentences).stream()
                .flatMap(List::stream)
                .map(Prediction::getOutput)
                .map(Label::getScore)
                .toList();
    }
}
