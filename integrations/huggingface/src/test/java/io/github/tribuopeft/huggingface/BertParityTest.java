package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneShape;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.Pooling;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.training.Decay;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingLoop;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The BERT program against transformers and PEFT. */
class BertParityTest {

    private static Backbone open(String directory) {
        return Backbone.open(
                new HuggingFaceDirectory(Golden.of("bert/" + directory).folder()), Device.cpu(), Precision.FP32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "model-prefixed", "model-legacy"})
    void hiddenStates(String directory) {
        Golden golden = Golden.of("bert");
        try (Backbone backbone = open(directory);
                NDManager scope = backbone.newManager()) {
            TokenBatch batch = golden.batch();
            NDArray hidden =
                    TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
            Golden.assertRealTokens(hidden, golden.tensor("last_hidden_state"), batch, 0, 2e-5);
            NDArray pooled = Pooling.MEAN.rows(hidden, batch);
            assertThat(pooled.toFloatArray())
                    .containsExactly(golden.tensor("mean_pooled").values(), within(2e-5f));
        }
    }

    @Test
    void tokensOfTexts() {
        Golden golden = Golden.of("bert");
        try (Backbone backbone = open("model")) {
            for (JsonNode text : golden.json("golden.json").get("texts")) {
                TokenSequence tokens =
                        backbone.tokenizer().encode(text.get("text").asText(), 64);
                assertThat(tokens.ids()).as(text.get("text").asText()).containsExactly(ints(text.get("ids")));
                assertThat(tokens.types()).containsExactly(ints(text.get("type_ids")));
            }
        }
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    @Test
    void bfloat16Weights() {
        Golden golden = Golden.of("bert");
        try (Backbone backbone = open("model-bf16");
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
        Golden golden = Golden.of("bert");
        try (Backbone backbone = Backbone.open(
                        new HuggingFaceDirectory(golden.folder().resolve("model-bf16")), Device.cpu(), Precision.BF16);
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
    void promptTuningOutputsAndGradients() {
        Golden golden = Golden.of("bert/adapters/prompt_tuning_feature_extraction");
        Tensor prompt = golden.tensor("adapter_model.safetensors", "prompt_embeddings");
        Tensor start =
                new Tensor(new Shape(1, prompt.shape().get(0), prompt.shape().get(1)), prompt.values());
        VirtualTokens virtual = new VirtualTokens((int) prompt.shape().get(0), Placement.BEFORE);
        Map<String, Tensor> gradients = check(golden, Map.of("prompt", start), virtual, virtual.count());
        assertClose(
                gradients.get("prompt").values(),
                golden.tensor("grad.prompt_embeddings").values());
    }

    @Test
    void prefixTuningOutputsAndGradients() {
        Golden golden = Golden.of("bert/adapters/prefix_tuning_feature_extraction");
        Tensor packed = golden.tensor("adapter_model.safetensors", "prompt_embeddings");
        try (Backbone backbone = open("model")) {
            BackboneShape shape = backbone.shape();
            VirtualTokens virtual = new VirtualTokens((int) packed.shape().get(0), Placement.BEFORE);
            Map<String, Tensor> gradients = check(golden, unpack(packed, shape), virtual, 0);
            unpack(golden.tensor("grad.prompt_embeddings"), shape)
                    .forEach((name, expected) -> assertClose(gradients.get(name).values(), expected.values()));
        }
    }

    /** Runs the golden batch through an adapter, checks the states, and gives the gradients of sum(h * R) over real tokens. */
    private static Map<String, Tensor> check(
            Golden golden, Map<String, Tensor> tensors, VirtualTokens virtual, int skip) {
        Golden family = Golden.of("bert");
        try (Backbone backbone = open("model");
                NDManager scope = backbone.newManager()) {
            TokenBatch batch = family.batch();
            Map<String, NDArray> adapter = new HashMap<>();
            tensors.forEach((name, tensor) -> {
                NDArray array = tensor.upload(scope);
                array.setRequiresGradient(true);
                adapter.put(name, array);
            });
            return TorchRuntime.recording(() -> {
                NDArray hidden = backbone.forward(scope, batch, adapter, virtual);
                Golden.assertRealTokens(hidden, golden.tensor("last_hidden_state"), batch, skip, 2e-5);
                NDArray mask = batch.perToken(scope, (length, t) -> 1f).expandDims(2);
                NDArray objective = hidden.mul(family.tensor("grad_weights").upload(scope))
                        .mul(mask)
                        .sum();
                JniUtils.backward((PtNDArray) objective, (PtNDArray) scope.ones(new Shape()), false, false);
                Map<String, Tensor> gradients = new HashMap<>();
                adapter.forEach((name, array) -> gradients.put(name, Tensor.of(array.getGradient())));
                return gradients;
            });
        }
    }

    /** PEFT's rows [V, layers * 2 * N * D] as keys and values by layer. */
    static Map<String, Tensor> unpack(Tensor packed, BackboneShape shape) {
        int count = (int) packed.shape().get(0);
        int heads = shape.keyValueHeads();
        int width = shape.headWidth();
        Map<String, Tensor> tensors = new HashMap<>();
        for (int slot = 0; slot < 2 * shape.layers(); slot++) {
            float[] values = new float[heads * count * width];
            for (int t = 0; t < count; t++) {
                for (int head = 0; head < heads; head++) {
                    int from = t * (int) packed.shape().get(1) + (slot * heads + head) * width;
                    System.arraycopy(packed.values(), from, values, (head * count + t) * width, width);
                }
            }
            String name = "prefix." + slot / 2 + (slot % 2 == 0 ? ".key" : ".value");
            tensors.put(name, new Tensor(new Shape(1, heads, count, width), values));
        }
        return tensors;
    }

    private static void assertClose(float[] found, float[] expected) {
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(found).containsExactly(expected, within((float) Math.max(1e-4, 1e-4 * largest)));
    }

    @Test
    void tenStepsOfAdamW() {
        Golden golden = Golden.of("bert/training_golden");
        try (Backbone backbone = open("model")) {
            long[][] labels = golden.integers("labels");
            List<TrainingItem> items = new ArrayList<>();
            for (TokenSequence sequence : golden.sequences()) {
                float label = labels[items.size()][0];
                items.add(new TrainingItem(sequence, new float[][] {{label}}, 1f));
            }
            List<Double> losses = new ArrayList<>();
            TrainingListener listener = new TrainingListener() {
                @Override
                public void onStep(TrainingStep step) {
                    losses.add(step.loss());
                }
            };
            Tensor packed = golden.tensor("initial.prompt_embeddings");
            TrainingLoop loop = new TrainingLoop(
                    backbone,
                    PrefixTuning.builder()
                            .virtualTokens((int) packed.shape().get(0))
                            .placement(Placement.BEFORE)
                            .dropout(0)
                            .build(),
                    Pooling.MEAN,
                    new LabelHead(0.0),
                    TrainingOptions.builder()
                            .epochs(10)
                            .batchSize(items.size())
                            .learningRate(1e-2)
                            .headLearningRate(1e-2)
                            .decay(Decay.CONSTANT)
                            .warmup(0)
                            .clipNorm(0)
                            .weightDecay(0)
                            .build(),
                    listener);
            TrainingLoop.Result result = loop.train(
                    new TrainingListener.TrainingStart("prefix-tuning", items.size(), 0, 0, 10, 1, 0, 0, 0, "accuracy"),
                    items,
                    unpack(packed, backbone.shape()),
                    Map.of(
                            "weight", golden.tensor("initial.head.weight"),
                            "bias", golden.tensor("initial.head.bias")),
                    null,
                    new SplittableRandom(1));
            JsonNode expected = golden.json("golden.json").get("loss_at_step");
            for (int i = 0; i < 10; i++) {
                assertThat(losses.get(i))
                        .as("loss at step %d", i)
                        .isCloseTo(expected.get(i).asDouble(), within(1e-4));
            }
            unpack(golden.tensor("final.prompt_embeddings"), backbone.shape()).forEach((name, tensor) -> assertThat(
                            result.adapter().tensors().get(name).values())
                    .as(name)
                    .containsExactly(tensor.values(), within(2e-3f)));
            assertThat(result.head().get("weight").values())
                    .containsExactly(golden.tensor("final.head.weight").values(), within(2e-3f));
        }
    }
}
