package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LabelTextInitializer;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixReparameterization;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.RandomPrefixInitializer;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.method.TextInitializer;
import io.github.tribuopeft.method.TextPrefixInitializer;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.LearningRateDecay;
import io.github.tribuopeft.training.TrainingDivergedException;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.dataset.MinimumCardinalityDataset;
import org.tribuo.impl.ArrayExample;

/** Errors of trainers: the messages contain the found and the expected value. */
class PeftTrainerErrorsTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);

    private static PeftTrainer.Builder<Label> trainer() {
        return Fixtures.trainer(prefix(3));
    }

    private static PeftMethod prefix(int virtualTokens) {
        return PrefixTuning.builder()
                .virtualTokens(virtualTokens)
                .placement(Placement.BEFORE)
                .build();
    }

    private static ThrowingCallable training(PeftTrainer.Builder<Label> builder, Dataset<Label> examples) {
        return () -> builder.build().train(examples).close();
    }

    private static void assertRefused(ThrowingCallable training, String... words) {
        assertThatThrownBy(training)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void labelThatIsNotUnicodeIsAnError() {
        Dataset<Label> examples =
                Fixtures.dataset(List.of(Fixtures.example("good", "fine"), Fixtures.example("b\ud83d", "poor")));
        assertRefused(training(trainer(), examples), "not valid Unicode", "surrogate");
    }

    @Test
    void unknownOutputsAreAnError() {
        MutableDataset<Label> examples = Fixtures.opinions(8);
        examples.add(new TextExampleExtractor<Label>().extract(LabelFactory.UNKNOWN_LABEL, "the film is long"));
        assertRefused(training(trainer(), examples), "unknown Outputs", "supervised");
    }

    @Test
    void unseenOutputOfDevelopmentSetIsAnError() {
        for (Label unseen : List.of(new Label("ugly"), LabelFactory.UNKNOWN_LABEL)) {
            MutableDataset<Label> development = Fixtures.opinions(2);
            development.add(new TextExampleExtractor<Label>().extract(unseen, "the film is long"));
            assertThatThrownBy(() -> trainer().build().train(OPINIONS, development))
                    .isInstanceOfSatisfying(UnseenOutputException.class, e -> assertThat(e.known())
                            .containsExactly("bad", "good"))
                    .hasMessage("The development set has the output '" + unseen
                            + "', which the training data lacks; expected one of [bad, good]");
        }
    }

    @Test
    void singleLabelIsAnError() {
        Dataset<Label> examples =
                Fixtures.dataset(List.of(Fixtures.example("good", "fine"), Fixtures.example("good", "great")));
        assertRefused(training(trainer(), examples), "at least two labels", "only", "good");
    }

    @Test
    void emptyDatasetIsAnError() {
        assertRefused(training(trainer(), Fixtures.dataset(List.of())), "at least two labels", "none");
    }

    @Test
    void textLostByMinimumCardinality() {
        assertRefused(
                training(trainer(), new MinimumCardinalityDataset<>(OPINIONS, 1)),
                "no text",
                "'" + TextExampleExtractor.TEXT + "'",
                "TextExampleExtractor",
                "MinimumCardinalityDataset");
    }

    @Test
    void examplesMadeOfFeatures() {
        Dataset<Label> examples = Fixtures.dataset(List.of(
                new ArrayExample<>(new Label("good"), new String[] {"a"}, new double[] {1}),
                new ArrayExample<>(new Label("bad"), new String[] {"a"}, new double[] {2})));
        assertRefused(training(trainer(), examples), "output good", "no text", "TextExampleExtractor");
    }

    @Test
    void textOfAnotherTypeIsAnError() {
        Example<Label> odd = new ArrayExample<>(new Label("bad"), new String[] {"a"}, new double[] {1});
        odd.setMetadataValue(TextExampleExtractor.TEXT, new StringBuilder("awful"));
        assertRefused(
                training(trainer(), Fixtures.dataset(List.of(Fixtures.example("good", "fine"), odd))),
                "output bad",
                "java.lang.StringBuilder instead of a text");
    }

    @Test
    void developmentSetWithoutTexts() {
        Dataset<Label> development = new MinimumCardinalityDataset<>(OPINIONS, 1);
        assertRefused(() -> trainer().build().train(OPINIONS, development).close(), "no text");
    }

    @Test
    void emptyTextsAreValid() {
        MutableDataset<Label> examples = Fixtures.opinions(6);
        examples.add(Fixtures.example("good", ""));
        examples.add(Fixtures.example("bad", " \t\n"));
        try (PeftModel<Label> model = trainer().build().train(examples)) {
            assertThat(Fixtures.scores(model, examples)).hasSize(8).doesNotContain(Double.NaN);
        }
    }

    @Test
    void virtualTokensThatLeaveNoRoom() {
        assertRefused(
                training(Fixtures.trainer(prefix(46)), OPINIONS),
                "46 virtual tokens",
                "48 positions",
                "fewer virtual tokens",
                "NO_POSITION_IDS");
    }

    @Test
    void virtualTokensWithoutPositionIdsNeedNoPositions() {
        PeftMethod unnumbered = PrefixTuning.builder()
                .virtualTokens(60)
                .placement(Placement.NO_POSITION_IDS)
                .build();
        try (PeftModel<Label> model =
                Fixtures.trainer(unnumbered).maxLength(48).build().train(OPINIONS)) {
            assertThat(model.predict(OPINIONS)).hasSize(8);
        }
    }

    @Test
    void maxLengthBeyondTheBackbone() {
        assertRefused(
                training(trainer().maxLength(46), OPINIONS),
                "maxLength 46",
                "3 virtual tokens",
                "49 positions",
                "has 48",
                "largest maxLength is 45");
    }

    @Test
    void layersThatTheBackboneLacks() {
        assertRefused(
                training(Fixtures.trainer(PrefixTuning.builder().layers(0, 5).build()), OPINIONS),
                "layers 0 to 5",
                "layers 0 to 1");
        assertRefused(
                training(Fixtures.trainer(PrefixTuning.builder().layers(2, -1).build()), OPINIONS), "layers 0 to 1");
    }

    @Test
    void textPrefixLongerThanTheBackboneIsRepeated() {
        PeftMethod method = PrefixTuning.builder()
                .virtualTokens(49)
                .placement(Placement.NO_POSITION_IDS)
                .initializer(new TextPrefixInitializer("good"))
                .build();
        try (PeftModel<Label> model = Fixtures.trainer(method)
                .options(TrainingOptions.builder()
                        .epochs(1)
                        .learningRate(1e-12)
                        .weightDecay(0)
                        .build())
                .build()
                .train(OPINIONS)) {
            float[] keys = model.adapter().get("prefix.0.key").values(); // [1, 2, 49, 8]
            assertThat(Arrays.copyOfRange(keys, 48 * 8, 49 * 8))
                    .as("virtual token 48 is token 0 again")
                    .containsExactly(Arrays.copyOf(keys, 8), within(1e-6f));
        }
    }

    @Test
    void labelNamesWithoutWordsStartNoPrompt() {
        Dataset<Label> examples =
                Fixtures.dataset(List.of(Fixtures.example("_", "fine"), Fixtures.example("--", "poor")));
        assertRefused(
                training(Fixtures.trainer(new PromptTuning(3, new LabelTextInitializer(), Placement.BEFORE)), examples),
                "LabelTextInitializer()",
                "returned no rows");
    }

    private static ThrowingCallable training(double headRate) {
        return () -> {
            TrainingOptions options = Fixtures.options()
                    .headLearningRate(headRate)
                    .decay(LearningRateDecay.CONSTANT)
                    .warmup(0)
                    .clipNorm(0)
                    .build();
            training(trainer().options(options), OPINIONS).call();
        };
    }

    @Test
    void extremeLearningRateDiverges() {
        assertThatThrownBy(training(1e20))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContainingAll("is not a finite number", "step 2", "epoch 2", "learning rate", "clipNorm");
    }

    @Test
    void divergenceNamesTheLearningRateOfTheHead() {
        assertThatThrownBy(training(1e20)).hasMessageContainingAll("learning rate 0.03", "head", "1.0E20");
    }

    @Test
    void learningRateBeyondFloatDiverges() {
        assertThatThrownBy(training(1e38))
                .isInstanceOfAny(TrainingDivergedException.class, PropertyException.class)
                .hasMessageContaining("1.0E38");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.POSITIVE_INFINITY, Float.NaN})
    void infiniteWeightDiverges(float weight) {
        MutableDataset<Label> examples = Fixtures.opinions(8);
        examples.getExample(0).setWeight(weight);
        assertThatThrownBy(training(trainer(), examples))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContainingAll("the loss is not a finite number", "step 1", "epoch 1");
    }

    @Test
    void trainerSurvivesAFailedTraining() {
        MutableDataset<Label> heavy = Fixtures.opinions(8);
        heavy.getExample(0).setWeight(Float.POSITIVE_INFINITY);
        PeftTrainer<Label> trainer = trainer().build();
        assertThatThrownBy(() -> trainer.train(heavy)).isInstanceOf(TrainingDivergedException.class);
        try (PeftModel<Label> second = trainer.train(OPINIONS);
                PeftModel<Label> repeated = trainer.train(OPINIONS, Collections.emptyMap(), 1)) {
            assertThat(Fixtures.scores(repeated, OPINIONS)).containsExactly(Fixtures.scores(second, OPINIONS));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, Integer.MIN_VALUE})
    void negativeInvocationCount(int count) {
        PeftTrainer<Label> trainer = trainer().build();
        assertRefused(() -> trainer.setInvocationCount(count), "must not be negative", "" + count);
        assertRefused(
                () -> trainer.train(OPINIONS, Collections.emptyMap(), count).close(),
                "must not be negative",
                "" + count);
        assertThat(trainer.getInvocationCount()).isZero();
    }

    @Test
    void unknownDevice() {
        assertRefused(training(trainer().device("tpu"), OPINIONS), "'tpu'", "auto, cpu or cuda:N");
        assertRefused(training(trainer().device("cuda:99"), OPINIONS), "'cuda:99'", "GPUs", "auto or cpu");
    }

    @Test
    void unknownPrecision() {
        assertRefused(() -> Precision.parse("fp8"), "'fp8'", "fp32 or bf16");
    }

    @Test
    void missingPartsAreAnError() {
        assertThatThrownBy(() -> PeftTrainer.builder(new LabelHead())
                        .method(new LinearProbe())
                        .build())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("A trainer needs a backbone");
        assertThatThrownBy(() -> PeftTrainer.builder(new LabelHead())
                        .backbone(new TinyBert())
                        .build())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("A trainer needs a method");
        assertThatThrownBy(() -> PeftTrainer.<Label>builder(null)
                        .backbone(new TinyBert())
                        .method(new LinearProbe())
                        .build())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("A trainer needs a head");
    }

    static Stream<Arguments> partsOfABuilder() {
        UnaryOperator<PeftTrainer.Builder<Label>> options = builder -> builder.options(null);
        UnaryOperator<PeftTrainer.Builder<Label>> pooling = builder -> builder.pooling(null);
        UnaryOperator<PeftTrainer.Builder<Label>> precision = builder -> builder.precision(null);
        UnaryOperator<PeftTrainer.Builder<Label>> device = builder -> builder.device(null);
        UnaryOperator<PeftTrainer.Builder<Label>> listener = builder -> builder.listener(null);
        return Stream.of(
                Arguments.of("options", options),
                Arguments.of("pooling", pooling),
                Arguments.of("precision", precision),
                Arguments.of("device", device),
                Arguments.of("listener", listener));
    }

    @ParameterizedTest
    @MethodSource("partsOfABuilder")
    void builderNamesThePartThatIsNull(String name, UnaryOperator<PeftTrainer.Builder<Label>> change) {
        assertThatThrownBy(() -> change.apply(trainer()).build())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining(name);
    }

    @Test
    void configurationNamesMandatoryParts() {
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(new ConfigurationData("trainer", PeftTrainer.class.getName()));
            assertThatThrownBy(() -> manager.lookup("trainer"))
                    .isInstanceOf(PropertyException.class)
                    .hasMessageContainingAll("trainer", "mandatory")
                    .message()
                    .containsAnyOf("Property: backbone", "Property: method", "Property: head");
        }
    }

    static Stream<Arguments> settingsOutOfRange() {
        return Stream.of(
                setting("maxLength", 2, "0 or at least 3", () -> trainer()
                        .maxLength(2)
                        .build()),
                setting("maxLength", -1, "0 or at least 3", () -> trainer()
                        .maxLength(-1)
                        .build()),
                setting("developmentFraction", 1.0, "in [0, 1)", () -> trainer()
                        .developmentFraction(1.0)
                        .build()),
                setting("developmentFraction", Double.NaN, "in [0, 1)", () -> trainer()
                        .developmentFraction(Double.NaN)
                        .build()),
                setting("virtualTokens", 0, "at least 1", () -> prefix(0)),
                setting(
                        "virtualTokens",
                        -1,
                        "at least 1",
                        () -> new PromptTuning(-1, new SampledVocabularyInitializer(), Placement.BEFORE)),
                setting("firstLayer", "1 to 0", "range of layers", () -> PrefixTuning.builder()
                        .layers(1, 0)
                        .build()),
                setting("firstLayer", "-1 to 1", "range of layers", () -> PrefixTuning.builder()
                        .layers(-1, 1)
                        .build()),
                setting("firstLayer", "0 to -2", "range of layers", () -> PrefixTuning.builder()
                        .layers(0, -2)
                        .build()),
                setting("dropout", 1.0, "[0, 1)", () -> PrefixTuning.builder()
                        .dropout(1.0)
                        .build()),
                setting("dropout", -0.1, "in [0, 1)", () -> new LabelHead(-0.1)),
                setting("hidden", -1, "not be negative", () -> new PrefixReparameterization(-1)),
                setting("deviation", -1.0, "at least 0", () -> new RandomPrefixInitializer(-1)),
                setting("text", "blank", "must not be blank", () -> new TextInitializer(" ")),
                option("epochs", 0, "at least 1", options -> options.epochs(0)),
                option("batchSize", 0, "at least 1", options -> options.batchSize(0)),
                option("accumulation", 0, "at least 1", options -> options.accumulation(0)),
                option("learningRate", -1.0, "above 0", options -> options.learningRate(-1)),
                option("learningRate", 0.0, "above 0", options -> options.learningRate(0)),
                option("learningRate", Double.NaN, "above 0", options -> options.learningRate(Double.NaN)),
                option("headLearningRate", 0.0, "above 0", options -> options.headLearningRate(0)),
                option("warmup", 1.0, "in [0, 1)", options -> options.warmup(1)),
                option("weightDecay", -1.0, "at least 0", options -> options.weightDecay(-1)),
                option(
                        "weightDecay",
                        Double.POSITIVE_INFINITY,
                        "at least 0",
                        options -> options.weightDecay(Double.POSITIVE_INFINITY)),
                option("clipNorm", -1.0, "at least 0", options -> options.clipNorm(-1)),
                option("patience", -1, "at least 0", options -> options.patience(-1)));
    }

    private static Arguments option(
            String name, Object value, String range, UnaryOperator<TrainingOptions.Builder> change) {
        return setting(name, value, range, () -> change.apply(TrainingOptions.builder())
                .build());
    }

    private static Arguments setting(String name, Object value, String range, Supplier<Object> construction) {
        return Arguments.of(name, value, range, construction);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("settingsOutOfRange")
    void settingOutOfRange(String name, Object value, String range, Supplier<Object> construction) {
        assertThatThrownBy(construction::get)
                .isInstanceOf(PropertyException.class)
                .hasMessageContainingAll(name, value.toString(), range);
    }
}
