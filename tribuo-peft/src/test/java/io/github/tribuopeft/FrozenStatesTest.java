package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.BottleneckAdapter;
import io.github.tribuopeft.method.Combination;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyArchitectures;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/** Trains with states that are computed once and with states that each epoch computes. */
@Tag("gpu")
class FrozenStatesTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(12);

    private static TrainingOptions.Builder options() {
        return Fixtures.options().epochs(2).batchSize(6).microBatch(4);
    }

    /** Methods that change the last layer of two only, or none. */
    private static Stream<PeftMethod> methods() {
        PrefixTuning prefix =
                PrefixTuning.builder().virtualTokens(3).dropout(0).layers(1, -1).build();
        return Stream.of(
                new LinearProbe(),
                prefix,
                LoRA.builder().rank(2).layers(1, 1).build(),
                new Combination("both", List.of(prefix, new IA3(1, -1))));
    }

    static Stream<Arguments> cases() {
        return TinyArchitectures.families().stream()
                .flatMap(family -> methods().map(method -> Arguments.of(family, method)));
    }

    private static PeftTrainer.Builder<Label> trainer(PeftMethod method, TrainingOptions.Builder options) {
        return PeftTrainer.builder(new LabelHead(0.2))
                .backbone(new TinyBert())
                .method(method)
                .options(options.build())
                .developmentFraction(0.25)
                .device(TestDevice.name());
    }

    private static int frozenLayers(PeftModel<Label> model) {
        return ((IntProvenance) TrainingFacts.in(model.getProvenance()).get(TrainingFacts.FROZEN_LAYERS)).getValue();
    }

    private static double[] losses(PeftModel<Label> model) {
        return history(model).epochs().stream()
                .mapToDouble(TrainingEpoch::trainLoss)
                .toArray();
    }

    private static TrainingHistory history(PeftModel<Label> model) {
        return model.history().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trainsAsWithStatesOfEachEpoch(String family, PeftMethod method) {
        TinyBackbone backbone = new TinyBackbone(family);
        try (PeftModel<Label> once =
                        trainer(method, options()).backbone(backbone).build().train(OPINIONS);
                PeftModel<Label> each = trainer(method, options().frozenStates(0))
                        .backbone(backbone)
                        .build()
                        .train(OPINIONS)) {
            assertThat(frozenLayers(each)).isZero();
            assertThat(frozenLayers(once))
                    .isEqualTo(method instanceof LinearProbe ? TinyArchitectures.layers(family) : 1);
            assertThat(history(once).start().frozenLayers()).isEqualTo(frozenLayers(once));
            assertThat(losses(once)).containsExactly(losses(each), within(1e-4));
            assertThat(history(once).bestEpoch()).isEqualTo(history(each).bestEpoch());
            assertThat(Fixtures.scores(once, OPINIONS)).containsExactly(Fixtures.scores(each, OPINIONS), within(1e-3));
        }
    }

    @Test
    void bfloat16() {
        PeftMethod method = methods().skip(1).findFirst().orElseThrow();
        try (PeftModel<Label> once = trainer(method, options())
                        .precision(Precision.BF16)
                        .build()
                        .train(OPINIONS);
                PeftModel<Label> each = trainer(method, options().frozenStates(0))
                        .precision(Precision.BF16)
                        .build()
                        .train(OPINIONS)) {
            assertThat(frozenLayers(once)).isEqualTo(1);
            assertThat(losses(once)).containsExactly(losses(each), within(0.03));
        }
    }

    @Test
    void bitsDoNotDependOnTheNumberOfWorkers() {
        int before = TorchRuntime.workers();
        try {
            for (PeftMethod method : methods().toList()) {
                TorchRuntime.setThreads(1);
                Map<String, Tensor> one = headTensors(method);
                TorchRuntime.setThreads(3);
                assertThat(headTensors(method)).as(method.toString()).isEqualTo(one);
            }
        } finally {
            TorchRuntime.setThreads(before);
        }
    }

    private static Map<String, Tensor> headTensors(PeftMethod method) {
        try (PeftModel<Label> model = trainer(method, options()).build().train(OPINIONS)) {
            return model.state().headTensors();
        }
    }

    @Test
    void everyEpochComputesWhatTheMethodChanges() {
        for (PeftMethod method : List.of(
                new PromptTuning(),
                PrefixTuning.builder().virtualTokens(3).build(),
                new BottleneckAdapter(4, BottleneckAdapter.Position.HOULSBY, 1))) {
            try (PeftModel<Label> model = trainer(method, options()).build().train(OPINIONS)) {
                assertThat(frozenLayers(model)).as(method.name()).isZero();
            }
        }
    }
}
