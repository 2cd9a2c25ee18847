package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.MethodContext;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Example;
import org.tribuo.classification.Label;

/** Gradients of micro-batches, their sum, and the memory that they use. */
@Tag("gpu")
class StepGradientTest {

    private final Backbone backbone = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32);
    private final LabelHead head = new LabelHead(0.0);
    private final int before = TorchRuntime.workers();

    @AfterEach
    void free() {
        backbone.close();
        TorchRuntime.setThreads(before);
    }

    static List<PeftMethod> methods() {
        return List.of(
                PrefixTuning.builder().virtualTokens(3).dropout(0).build(),
                LoRA.builder().rank(2).build(),
                new FullFineTuning());
    }

    private List<TrainingItem> items(int count) {
        List<TrainingItem> list = new ArrayList<>();
        for (Example<Label> example : Fixtures.opinions(count)) {
            float target = example.getOutput().getLabel().equals("good") ? 0 : 1;
            String text = (String) example.getMetadataValue("text").orElseThrow();
            list.add(new TrainingItem(
                    backbone.tokenizer().encode(text, 28), new float[][] {{target}}, 0.5f + list.size() % 3));
        }
        return list;
    }

    private ParameterSet parameters(PeftMethod method) {
        SplittableRandom random = new SplittableRandom(9);
        return new ParameterSet(
                method.initialize(
                        new MethodContext(backbone, List.of("good", "bad"), List.of("a good film"), random.split())),
                head.layer().initialize(backbone.dimensions().hidden(), 2, random.split()));
    }

    /** Loss and gradients of 21 examples in one step. */
    private record Computed(double loss, List<float[]> gradients) {}

    private Computed compute(PeftMethod method, int microBatch) {
        TrainingOptions options = TrainingOptions.builder()
                .batchSize(8)
                .accumulation(3)
                .microBatch(microBatch)
                .build();
        List<TrainingItem> items = items(21);
        StepBatch step = new Epoch(0, items, options, TestDevice.get(), new RandomStreams(4)).step(0);
        TrainingPlan plan = TrainingPlan.of(options, items.size(), method, TextPooling.MEAN, head);
        try (NDManager scope = backbone.newManager()) {
            TrainableTensors tensors = new TrainableTensors(scope, parameters(method));
            GradientSum sum = new StepGradient(backbone, plan, PooledStates.of(backbone, plan.pooling()))
                    .compute(scope, step, tensors);
            return new Computed(
                    sum.loss(),
                    sum.gradients().stream().map(NDArray::toFloatArray).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void gradientIsThatOfWholeBatches(PeftMethod method) {
        Computed whole = compute(method, 8);
        for (int microBatch : new int[] {1, 3, 5}) {
            Computed parts = compute(method, microBatch);
            assertThat(parts.loss()).isCloseTo(whole.loss(), within(1e-6));
            assertThat(parts.gradients()).hasSameSizeAs(whole.gradients());
            for (int i = 0; i < whole.gradients().size(); i++) {
                assertThat(parts.gradients().get(i))
                        .containsExactly(whole.gradients().get(i), within(1e-5f));
            }
        }
    }

    @Test
    void gradientsAreAddedInTheOrderOfTheirParts() {
        float[][] parts = {{1e8f}, {-1e8f}, {1f}}; // another order gives another sum
        try (NDManager manager = backbone.newManager()) {
            for (int[] arrival : new int[][] {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}, {2, 0, 1}}) {
                GradientSum sum = new GradientSum(manager, parts.length);
                for (int part : arrival) {
                    assertThatThrownBy(sum::gradients).isInstanceOf(IllegalStateException.class);
                    sum.add(part, parts[part][0], new NDList(manager.create(parts[part])));
                }
                assertThat(sum.gradients().singletonOrThrow().toFloatArray()).containsExactly(1f);
                assertThat(sum.loss()).isEqualTo(1);
            }
        }
    }

    /** LoRA that fails in the second and every later use of its tensors. */
    private static final class FailingMethod implements PeftMethod {

        private final LoRA lora = new LoRA();
        private final AtomicInteger uses = new AtomicInteger();

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public double defaultLearningRate() {
            return lora.defaultLearningRate();
        }

        @Override
        public VirtualTokens virtualTokens() {
            return lora.virtualTokens();
        }

        @Override
        public Map<String, Tensor> initialize(MethodContext context) {
            return lora.initialize(context);
        }

        @Override
        public Map<String, NDArray> materialize(
                Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
            Map<String, NDArray> entries = lora.materialize(trained, dimensions, dropout);
            if (uses.incrementAndGet() > 1) {
                throw new UnsupportedOperationException("use " + uses);
            }
            return entries;
        }

        @Override
        public ConfiguredObjectProvenance getProvenance() {
            return lora.getProvenance();
        }
    }

    @Test
    void stepsAndFailuresLeaveNoArrays() throws ReflectiveOperationException {
        TorchRuntime.setThreads(3);
        try (NDManager manager = backbone.newManager()) {
            BaseNDManager root = (BaseNDManager) manager.getParentManager();
            int arrays = resources(root);
            compute(new LoRA(), 2);
            assertThat(resources(root)).isEqualTo(arrays);
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> compute(new FailingMethod(), 2))
                        .isInstanceOf(UnsupportedOperationException.class);
                assertThat(resources(root)).isEqualTo(arrays);
            }
        }
    }

    @Test
    void stepLeavesOnlyItsGradients() throws ReflectiveOperationException {
        TorchRuntime.setThreads(3);
        TrainingOptions options =
                TrainingOptions.builder().batchSize(20).microBatch(2).build();
        List<TrainingItem> items = items(20);
        PeftMethod method = new LoRA();
        StepGradient gradient = new StepGradient(
                backbone,
                TrainingPlan.of(options, items.size(), method, TextPooling.MEAN, head),
                PooledStates.of(backbone, TextPooling.MEAN));
        try (NDManager manager = backbone.newManager()) {
            TrainableTensors tensors = new TrainableTensors(manager, parameters(method));
            int arrays = resources(manager);
            assertThat(arrays).isEqualTo(tensors.arrays().size());
            try (NDManager scope = backbone.newManager()) {
                gradient.compute(
                        scope, new Epoch(0, items, options, TestDevice.get(), new RandomStreams(4)).step(0), tensors);
                assertThat(resources(scope)).isEqualTo(tensors.arrays().size());
            }
            assertThat(resources(manager)).isEqualTo(arrays);
        }
    }

    /** Returns the number of arrays and managers that a manager owns. */
    private static int resources(NDManager manager) throws ReflectiveOperationException {
        int count = 0;
        for (String name : List.of("resources", "tempResources")) {
            Field field = BaseNDManager.class.getDeclaredField(name);
            field.setAccessible(true);
            count += ((Map<?, ?>) field.get(manager)).size();
        }
        return count;
    }
}
