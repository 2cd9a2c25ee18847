package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyArchitectures;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Contract of every method with every family of backbones, for one task. {@link MethodContractTest} tests more
 * properties with BERT.
 */
abstract class FamilyContract<M extends AdaptedModel> {

    static final TrainingOptions OPTIONS =
            Fixtures.options().epochs(4).batchSize(4).build();

    /** Every method; methods with virtual tokens are tested with and without position ids. */
    private static Stream<PeftMethod> methods() {
        return Stream.of(
                new LinearProbe(),
                new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE),
                new PromptTuning(3, new SampledVocabularyInitializer(), Placement.NO_POSITION_IDS),
                new PTuning(3, PromptNetwork.MLP, 5, Placement.AFTER_LAST),
                prefix(Placement.BEFORE),
                prefix(Placement.NO_POSITION_IDS),
                LoRA.builder().rank(2).targets(Role.values()).build(),
                new IA3(),
                new BitFit(),
                new LayerNormTuning(),
                new CaseEmbedding(),
                new BottleneckAdapter(8, Position.HOULSBY, 1),
                new BottleneckAdapter(4, Position.PFEIFFER, 1),
                new Combination(
                        "mam", List.of(prefix(Placement.AFTER_FIRST), new BottleneckAdapter(4, Position.PARALLEL, 4))),
                new FullFineTuning());
    }

    private static PrefixTuning prefix(Placement placement) {
        return PrefixTuning.builder()
                .virtualTokens(3)
                .dropout(0)
                .placement(placement)
                .build();
    }

    static Stream<Arguments> cases() {
        return TinyArchitectures.families().stream()
                .flatMap(family -> methods().map(method -> Arguments.of(family, method)));
    }

    /** Trains with {@link #OPTIONS} on the CPU. */
    abstract M train(BackboneSource backbone, PeftMethod method);

    abstract M load(Path file) throws IOException;

    /** Returns a score of each text or word, predicted in batches. */
    abstract double[] scores(M model);

    /** Returns the same scores, with each text or sentence predicted alone. */
    abstract double[] scoresOneByOne(M model);

    abstract M merged(M model);

    abstract GradientCheck gradientCheck(BackboneSource backbone, PeftMethod method);

    /** Backbones that stay open, so that each is loaded once. */
    private static final Map<String, Backbone> BACKBONES = new HashMap<>();

    @BeforeAll
    static void open() {
        for (String family : TinyArchitectures.families()) {
            BACKBONES.put(family, Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.FP32));
        }
    }

    @AfterAll
    static void close() {
        BACKBONES.values().forEach(Backbone::close);
    }

    @Test
    void allMethodsAreTested() {
        assertThat(methods().map(PeftMethod::name)).containsAll(PeftMethods.names());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void honoursContract(String family, PeftMethod method, @TempDir Path folder) throws IOException {
        String before = BACKBONES.get(family).weightsHash();
        try (M model = train(new TinyBackbone(family), method)) {
            List<TrainingEpoch> epochs = model.history().orElseThrow().epochs();
            assertThat(epochs.get(epochs.size() - 1).trainLoss())
                    .as("loss after the last epoch")
                    .isLessThan(epochs.get(0).trainLoss());
            assertThat(model.adapter().values()).allMatch(Tensor::isFinite);

            double[] scores = scores(model);
            assertThat(scoresOneByOne(model)).as("without padding").containsExactly(scores, within(1e-5));
            try (M merged = merged(model)) {
                assertThat(scores(merged)).as("merged").containsExactly(scores, within(1e-5));
            }
            Path file = folder.resolve("model.tribuo");
            model.serializeToFile(file);
            try (M loaded = load(file)) {
                assertThat(scores(loaded)).as("from a file").containsExactly(scores);
            }
        }
        assertThat(BACKBONES.get(family).weightsHash()).as("frozen weights").isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAgreeWithDifferences(String family, PeftMethod method) {
        try (GradientCheck check = gradientCheck(new TinyBackbone(family), method)) {
            check.assertGradients();
        }
    }
}
