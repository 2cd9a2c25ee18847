package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.adapter.PeftAdapter;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.training.LearningRateDecay;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingLoop;
import io.github.tribuopeft.training.TrainingObserver;
import io.github.tribuopeft.training.TrainingOptions;
import io.github.tribuopeft.training.TrainingPlan;
import io.github.tribuopeft.training.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden files that exist for BERT only: other formats of the same model, bfloat16, a whole training run. */
@ParameterizedClass
@MethodSource("io.github.tribuopeft.huggingface.Golden#roots")
@Tag("gpu")
class BertParityTest {

    @Parameter
    private Golden files;

    @ParameterizedTest
    @ValueSource(strings = {"model-prefixed", "model-legacy", "model-sharded"})
    void otherFilesOfTheSameModel(String directory) {
        Golden golden = files.in("bert");
        try (Backbone backbone = golden.backbone(directory);
                NDManager scope = backbone.newManager()) {
            TokenBatch batch = golden.batch();
            NDArray hidden =
                    TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
            Golden.assertRealTokens(hidden, golden.tensor("last_hidden_state"), batch, 0, 2e-5);
        }
    }

    @Test
    void bfloat16Weights() {
        Golden golden = files.in("bert");
        try (Backbone backbone = golden.backbone("model-bf16");
                NDManager scope = backbone.newManager()) {
            TokenBatch batch = golden.batch();
            NDArray hidden =
                    TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
            Golden.assertRealTokens(
                    hidden,
                    golden.tensor("golden_bf16.safetensors", "bf16_weights_fp32_math.last_hidden_state"),
                    batch,
                    0,
                    1e-4);
        }
    }

    @Test
    void bfloat16Arithmetic() {
        Golden golden = files.in("bert");
        try (Backbone backbone = Backbone.open(
                        new HuggingFaceDirectory(golden.folder().resolve("model-bf16")),
                        TestDevice.get(),
                        Precision.BF16);
                NDManager scope = backbone.newManager()) {
            TokenBatch batch = golden.batch();
            NDArray hidden =
                    TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
            Golden.assertRealTokens(
                    hidden,
                    golden.tensor("golden_bf16.safetensors", "bf16_weights_bf16_math.last_hidden_state"),
                    batch,
                    0,
                    0.15);
        }
    }

    @Test
    void tenStepsOfAdamW() {
        Golden golden = files.in("bert/training_golden");
        try (Backbone backbone = files.in("bert").backbone("model")) {
            long[][] labels = golden.integers("labels");
            List<TrainingItem> items = new ArrayList<>();
            for (TokenSequence sequence : golden.sequences()) {
                float label = labels[items.size()][0];
                items.add(new TrainingItem(sequence, new float[][] {{label}}, 1f));
            }
            List<Double> losses = new ArrayList<>();
            TrainingObserver observer = new TrainingObserver() {
                @Override
                public void stepDone(int epoch, long step, double loss, double gradientNorm) {
                    losses.add(loss);
                }
            };
            Tensor packed = golden.tensor("initial.prompt_embeddings");
            TrainingPlan plan = TrainingPlan.of(
                    TrainingOptions.builder()
                            .epochs(10)
                            .batchSize(items.size())
                            .learningRate(1e-2)
                            .headLearningRate(1e-2)
                            .decay(LearningRateDecay.CONSTANT)
                            .warmup(0)
                            .clipNorm(0)
                            .weightDecay(0)
                            .build(),
                    items.size(),
                    PrefixTuning.builder()
                            .virtualTokens((int) packed.shape().get(0))
                            .placement(Placement.BEFORE)
                            .dropout(0)
                            .build(),
                    TextPooling.MEAN,
                    new LabelHead(0.0));
            TrainingLoop.Result result = new TrainingLoop(backbone, plan, observer)
                    .train(
                            items,
                            TrainingState.initial(
                                    PeftAdapter.entries(packed, backbone.dimensions()),
                                    Map.of(
                                            "weight", golden.tensor("initial.head.weight"),
                                            "bias", golden.tensor("initial.head.bias"))),
                            null,
                            new SplittableRandom(1));
            JsonNode expected = golden.json("golden.json").get("loss_at_step");
            for (int i = 0; i < 10; i++) {
                assertThat(losses.get(i))
                        .as("loss at step %d", i)
                        .isCloseTo(expected.get(i).asDouble(), within(1e-4));
            }
            PeftAdapter.entries(golden.tensor("final.prompt_embeddings"), backbone.dimensions())
                    .forEach((name, tensor) -> assertThat(
                                    result.adapter().tensors().get(name).values())
                            .as(name)
                            .containsExactly(tensor.values(), within(2e-3f)));
            assertThat(result.head().get("weight").values())
                    .containsExactly(golden.tensor("final.head.weight").values(), within(2e-3f));
        }
    }
}
