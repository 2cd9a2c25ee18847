package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.provenance.TrainerProvenance;

/** Contract of every method, with various settings and poolings. */
@Tag("gpu")
class MethodContractTest {

    /** Number of head values: two labels with the hidden width of {@link TinyBert}, and two biases. */
    private static final int HEAD = 2 * 16 + 2;

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(16);

    /** Models that several tests use. */
    private static final Map<MethodCase, PeftModel<Label>> TRAINED = new HashMap<>();

    private static PeftModel<Label> model(MethodCase one) {
        return TRAINED.computeIfAbsent(one, key -> one.trainer(1).train(OPINIONS));
    }

    /** Returns the methods with the poolings of encoders. */
    static Stream<MethodCase> cases() {
        return Stream.of(TextPooling.MEAN, TextPooling.CLS).flatMap(MethodCases::of);
    }

    /** Backbones that stay open, so that each is loaded once. */
    private static Backbone backbone;

    private static Backbone narrow;

    @BeforeAll
    static void open() {
        backbone = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32);
        narrow = Backbone.open(new TinyBert(), TestDevice.get(), Precision.BF16);
    }

    @AfterAll
    static void close() {
        TRAINED.values().forEach(PeftModel::close);
        backbone.close();
        narrow.close();
    }

    static Stream<PeftMethod> methods() {
        return MethodCases.of(TextPooling.MEAN).map(MethodCase::method);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void trainsInBfloat16(PeftMethod method) {
        PeftTrainer<Label> trainer =
                Fixtures.trainer(method).precision(Precision.BF16).build();
        String before = narrow.weightsHash();
        try (PeftModel<Label> model = trainer.train(OPINIONS)) {
            assertLossDecreased(model);
            assertThat(DoubleStream.of(scores(model))).allMatch(Double::isFinite);
            assertThat(model.adapter().values()).allMatch(Tensor::isFinite);
            assertThat(narrow.weightsHash()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalSeedsGiveEqualBitsAndTheBackboneKeepsIts(MethodCase one) {
        String before = backbone.weightsHash();
        try (PeftModel<Label> same = one.trainer(1).train(OPINIONS);
                PeftModel<Label> other = one.trainer(2).train(OPINIONS)) {
            assertThat(same.adapter()).isEqualTo(model(one).adapter());
            assertThat(scores(same)).containsExactly(scores(model(one)));
            assertThat(scores(other)).isNotEqualTo(scores(model(one)));
            if (one.trained() > 0) {
                assertThat(other.adapter()).isNotEqualTo(model(one).adapter());
            }
        }
        assertThat(backbone.weightsHash()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossDecreases(MethodCase one) {
        assertLossDecreased(model(one));
    }

    private static void assertLossDecreased(PeftModel<Label> model) {
        List<TrainingEpoch> epochs = model.history().orElseThrow().epochs();
        assertThat(epochs).hasSize(8);
        assertThat(epochs.get(7).trainLoss()).isLessThan(0.9 * epochs.get(0).trainLoss());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void numbersOfTrainedValues(MethodCase one) {
        TrainingHistory history = model(one).history().orElseThrow();
        assertThat(history.start().adapterParameters()).isEqualTo(one.trained());
        assertThat(history.start().headParameters()).isEqualTo(HEAD);
        assertThat(model(one).adapterParameters()).isEqualTo(one.kept());
        assertThat(model(one).headParameters()).isEqualTo(HEAD);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fileKeepsEveryBit(MethodCase one, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.tribuo");
        model(one).serializeToFile(file);
        try (PeftModel<Label> loaded = cast(PeftModel.load(file));
                PeftModel<Label> deserialized = cast((PeftModel<?>) Model.deserializeFromFile(file))) {
            assertThat(scores(loaded)).containsExactly(scores(model(one)));
            assertThat(scores(deserialized)).containsExactly(scores(model(one)));
            assertThat(loaded.adapter()).isEqualTo(model(one).adapter());
            assertThat(loaded.getProvenance()).isEqualTo(model(one).getProvenance());
        }
    }

    @SuppressWarnings("unchecked") // the model was trained on labels
    private static PeftModel<Label> cast(PeftModel<?> model) {
        return (PeftModel<Label>) model;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void paddingDoesNotChangePredictions(MethodCase one) {
        double[] together = scores(model(one));
        double[] alone = IntStream.range(0, OPINIONS.size())
                .mapToDouble(i -> Fixtures.scores(model(one), List.of(OPINIONS.getExample(i)))[0])
                .toArray();
        assertThat(alone).containsExactly(together, within(1e-5));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void provenanceRetrainsToTheSameBits(MethodCase one) {
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
                assertThat(scores(again)).isNotEqualTo(scores(model(one)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void configurationFileRebuildsTheTrainer(MethodCase one, @TempDir Path folder) throws IOException {
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

    @SuppressWarnings("unchecked") // the only trainer, which is one of labels
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
