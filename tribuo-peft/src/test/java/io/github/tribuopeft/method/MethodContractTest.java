package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.provenance.TrainerProvenance;

/** What every method promises, whatever its settings and the pooling. */
class MethodContractTest {

    private static final int P = 3;
    /** Of {@link TinyBert}: hidden width H, and keys or values of one layer N × D. */
    private static final int H = 16;

    private static final int INTERMEDIATE = 32;
    private static final int LAYERS = 2;
    private static final int LABELS = 2;

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(16);

    /** Models that several tests look at. */
    private static final Map<Case, PeftModel<Label>> TRAINED = new HashMap<>();

    /**
     * A method and a pooling.
     *
     * @param trained number of values that the method trains
     * @param kept number of values of the method that the model keeps
     */
    record Case(PeftMethod method, TextPooling pooling, int trained, int kept) {

        PeftTrainer<Label> trainer(long seed) {
            return Fixtures.trainer(method).pooling(pooling).seed(seed).build();
        }

        PeftModel<Label> model() {
            return TRAINED.computeIfAbsent(this, key -> trainer(1).train(OPINIONS));
        }

        @Override
        public String toString() {
            return pooling + " " + method;
        }
    }

    /**
     * The last token's state is what decoders are read by, see {@link DecoderContractTest}; here it is that of {@code
     * [SEP]}.
     */
    static Stream<Case> cases() {
        return Stream.of(TextPooling.MEAN, TextPooling.CLS).flatMap(MethodContractTest::cases);
    }

    private static Stream<Case> cases(TextPooling pooling) {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case(new LinearProbe(), pooling, 0, 0));
        prompts().forEach(method -> cases.add(new Case(method, pooling, P * H, P * H)));
        int prefix = 2 * LAYERS * P * H;
        prefixes().forEach(method -> cases.add(new Case(method, pooling, prefix, prefix)));
        cases.add(new Case(prefix().layers(1, 1).build(), pooling, prefix / 2, prefix / 2));
        cases.add(new Case(prefix().layers(0, 0).build(), pooling, prefix / 2, prefix / 2));
        cases.add(new Case(
                prefix().reparameterization(new PrefixReparameterization()).build(), pooling, mlp(H, LAYERS), prefix));
        cases.add(new Case(
                prefix().layers(1, -1)
                        .reparameterization(new PrefixReparameterization(5))
                        .build(),
                pooling,
                mlp(5, 1),
                prefix / 2));
        cases.add(new Case(new PTuning(P, PromptNetwork.MLP, 7, Placement.BEFORE), pooling, promptMlp(7), P * H));
        cases.add(new Case(
                new PTuning(P, PromptNetwork.LSTM, 5, Placement.NO_POSITION_IDS), pooling, promptLstm(5), P * H));
        weights().forEach((method, values) -> cases.add(new Case(method, pooling, values, values)));
        return cases.stream();
    }

    /** Methods without virtual tokens, and how many values they train. */
    private static Map<PeftMethod, Integer> weights() {
        Map<PeftMethod, Integer> methods = new LinkedHashMap<>();
        methods.put(new LoRA(), LAYERS * 2 * 8 * 2 * H);
        methods.put(LoRA.builder().rank(2).layers(1, 1).dropout(0.2).build(), 2 * 2 * 2 * H);
        methods.put(
                LoRA.builder()
                        .rank(2)
                        .targets(LinearLayer.Role.values())
                        .rankStabilised()
                        .build(),
                LAYERS * 2 * (4 * 2 * H + 2 * (H + INTERMEDIATE)));
        methods.put(new IA3(), LAYERS * (2 * H + INTERMEDIATE));
        methods.put(new IA3(0, 0), 2 * H + INTERMEDIATE);
        methods.put(new BitFit(), H + LAYERS * (7 * H + INTERMEDIATE));
        methods.put(new LayerNormTuning(), 2 * H + LAYERS * 2 * 2 * H);
        methods.put(new BottleneckAdapter(4, Position.PFEIFFER, 1), LAYERS * bottleneck(4));
        methods.put(new BottleneckAdapter(4, Position.HOULSBY, 1), 2 * LAYERS * bottleneck(4));
        methods.put(new BottleneckAdapter(4, Position.PARALLEL, 4), LAYERS * bottleneck(4));
        methods.put(
                new Combination("both", List.of(prefix().build(), new BottleneckAdapter(4, Position.PARALLEL, 4))),
                2 * LAYERS * P * H + LAYERS * bottleneck(4));
        methods.put(
                new FullFineTuning(), (int) new TinyBert().open().architecture().parameters());
        return methods;
    }

    private static int bottleneck(int width) {
        return 2 * width * H + width + H;
    }

    private static int promptMlp(int hidden) {
        return P * H + (H + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * H;
    }

    private static int promptLstm(int hidden) {
        int first = 4 * hidden * (H + hidden + 2);
        int second = 4 * hidden * (2 * hidden + hidden + 2);
        return P * H + 2 * (first + second) + (2 * hidden + 1) * 2 * hidden + (2 * hidden + 1) * H;
    }

    private static Stream<PeftMethod> prompts() {
        PromptInitializer labels = new LabelTextInitializer();
        Stream<PromptInitializer> initializers = Stream.of(
                new RandomInitializer(),
                new TextInitializer("what is the film"),
                labels,
                labels.orElse(new SampledVocabularyInitializer()));
        return Stream.of(
                        initializers.map(start -> new PromptTuning(P, start, Placement.BEFORE)),
                        Stream.of(Placement.values())
                                .map(where -> new PromptTuning(P, new SampledVocabularyInitializer(), where)),
                        Stream.of(promptWithDropout()))
                .flatMap(prompts -> prompts);
    }

    /** The dropout of prompts has no constructor, only a configuration. */
    private static PromptTuning promptWithDropout() {
        ConfigurationData data = new ConfigurationData("prompt", PromptTuning.class.getName());
        data.add("virtualTokens", new SimpleProperty("" + P));
        data.add("dropout", new SimpleProperty("0.1"));
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(data);
            return (PromptTuning) manager.lookup("prompt");
        }
    }

    private static Stream<PeftMethod> prefixes() {
        return Stream.concat(
                Stream.of(Placement.values())
                        .map(where -> prefix().placement(where).build()),
                Stream.of(
                        prefix().initializer(RandomPrefixInitializer.zero()).build(),
                        prefix().initializer(new TextPrefixInitializer()).build(),
                        prefix().initializer(new TextPrefixInitializer("good or bad"))
                                .build(),
                        prefix().dropout(0.1).build()));
    }

    private static PrefixTuning.Builder prefix() {
        return PrefixTuning.builder().virtualTokens(P).dropout(0);
    }

    /** Embedding, Linear, Linear. */
    private static int mlp(int hidden, int layers) {
        return P * H + H * hidden + hidden + hidden * 2 * layers * H + 2 * layers * H;
    }

    /** Stay open, so that they are loaded once. */
    private static Backbone backbone;

    private static Backbone narrow;

    @BeforeAll
    static void open() {
        backbone = Backbone.open(new TinyBert(), Device.cpu(), Precision.FP32);
        narrow = Backbone.open(new TinyBert(), Device.cpu(), Precision.BF16);
    }

    @AfterAll
    static void close() {
        TRAINED.values().forEach(PeftModel::close);
        backbone.close();
        narrow.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trainingLeavesTheBackboneAsItWas(Case one) {
        String before = backbone.weightsHash();
        try (PeftModel<Label> model = one.trainer(2).train(OPINIONS)) {
            model.predict(OPINIONS);
            assertThat(backbone.weightsHash()).isEqualTo(before);
        }
    }

    static Stream<PeftMethod> methods() {
        return cases(TextPooling.MEAN).map(Case::method);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void trainsInBfloat16(PeftMethod method) {
        PeftTrainer<Label> trainer =
                Fixtures.trainer(method).precision(Precision.BF16).build();
        String before = narrow.weightsHash();
        try (PeftModel<Label> model = trainer.train(OPINIONS)) {
            assertLossWentDown(model);
            assertThat(DoubleStream.of(scores(model))).allMatch(Double::isFinite);
            assertThat(model.adapter().values()).allMatch(Tensor::isFinite);
            assertThat(narrow.weightsHash()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sameSeedSameBitsOtherSeedOtherBits(Case one) {
        try (PeftModel<Label> same = one.trainer(1).train(OPINIONS);
                PeftModel<Label> other = one.trainer(2).train(OPINIONS)) {
            assertThat(same.adapter()).isEqualTo(one.model().adapter());
            assertThat(scores(same)).containsExactly(scores(one.model()));
            assertThat(scores(other)).isNotEqualTo(scores(one.model()));
            if (one.trained > 0) {
                assertThat(other.adapter()).isNotEqualTo(one.model().adapter());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossGoesDown(Case one) {
        assertLossWentDown(one.model());
    }

    private static void assertLossWentDown(PeftModel<Label> model) {
        List<TrainingEpoch> epochs = model.history().orElseThrow().epochs();
        assertThat(epochs).hasSize(8);
        assertThat(epochs.get(7).trainLoss()).isLessThan(0.9 * epochs.get(0).trainLoss());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trainedValuesAreAsManyAsTheFormulaSays(Case one) {
        TrainingHistory history = one.model().history().orElseThrow();
        assertThat(history.start().adapterParameters()).isEqualTo(one.trained);
        assertThat(history.start().headParameters()).isEqualTo(LABELS * H + LABELS);
        assertThat(one.model().adapterParameters()).isEqualTo(one.kept);
        assertThat(one.model().headParameters()).isEqualTo(LABELS * H + LABELS);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fileKeepsEveryBit(Case one, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.tribuo");
        one.model().serializeToFile(file);
        try (PeftModel<Label> loaded = cast(PeftModel.load(file));
                PeftModel<Label> deserialized = cast((PeftModel<?>) Model.deserializeFromFile(file))) {
            assertThat(scores(loaded)).containsExactly(scores(one.model()));
            assertThat(scores(deserialized)).containsExactly(scores(one.model()));
            assertThat(loaded.adapter()).isEqualTo(one.model().adapter());
            assertThat(loaded.getProvenance()).isEqualTo(one.model().getProvenance());
        }
    }

    @SuppressWarnings("unchecked") // the model was trained on labels
    private static PeftModel<Label> cast(PeftModel<?> model) {
        return (PeftModel<Label>) model;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void paddingDoesNotMatter(Case one) {
        double[] together = scores(one.model());
        double[] alone = IntStream.range(0, OPINIONS.size())
                .mapToDouble(i -> Fixtures.scores(one.model(), List.of(OPINIONS.getExample(i)))[0])
                .toArray();
        assertThat(alone).containsExactly(together, within(1e-5));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void provenanceRetrainsToTheSameBits(Case one) {
        PeftTrainer<Label> trainer = one.trainer(1);
        trainer.setInvocationCount(3);
        try (PeftModel<Label> fourth = trainer.train(OPINIONS)) {
            TrainerProvenance provenance = fourth.getProvenance().getTrainerProvenance();
            PeftTrainer<Label> rebuilt = rebuilt(ProvenanceUtil.extractConfiguration(provenance));
            assertThat(rebuilt).hasToString(trainer.toString());
            rebuilt.setInvocationCount((int)
                    provenance.getInstanceValues().get("train-invocation-count").getValue());
            assertThat(rebuilt.getProvenance()).isEqualTo(provenance);
            try (PeftModel<Label> again = rebuilt.train(OPINIONS)) {
                assertThat(again.adapter()).isEqualTo(fourth.adapter());
                assertThat(scores(again)).containsExactly(scores(fourth));
                assertThat(scores(again)).isNotEqualTo(scores(one.model()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void configurationFileRebuildsTheTrainer(Case one, @TempDir Path folder) throws IOException {
        PeftTrainer<Label> trainer = one.trainer(7);
        File file = folder.resolve("trainer.xml").toFile();
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.importConfigurable(trainer, "trainer");
            manager.save(file);
        }
        try (ConfigurationManager manager = new ConfigurationManager(file.toString())) {
            assertThat(manager.lookup("trainer")).hasToString(trainer.toString());
        }
    }

    @SuppressWarnings("unchecked") // the only trainer, and it was one of labels
    private static PeftTrainer<Label> rebuilt(List<ConfigurationData> configuration) {
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(configuration);
            return manager.lookupAll(PeftTrainer.class).get(0);
        }
    }

    private static double[] scores(Model<Label> model) {
        return Fixtures.scores(model, (Dataset<Label>) OPINIONS);
    }
}
