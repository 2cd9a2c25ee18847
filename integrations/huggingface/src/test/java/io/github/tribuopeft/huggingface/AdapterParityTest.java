package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneShape;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.Pooling;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptNetwork;
import io.github.tribuopeft.method.Reparameterisation;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What methods make of BERT, and their gradients, against PEFT. */
class AdapterParityTest {

    private final Golden bert = Golden.of("bert");

    /** Work on the states that a method makes of the golden batch. */
    @FunctionalInterface
    private interface Check {
        void accept(Architecture architecture, NDArray hidden, Map<String, NDArray> trained);
    }

    private void run(PeftAdapter adapter, Check check) {
        PeftMethod method = adapter.method();
        try (Backbone backbone = bert.backbone("model");
                NDManager scope = backbone.newManager()) {
            BackboneShape shape = backbone.shape();
            Map<String, NDArray> trained = upload(scope, adapter.trained(backbone.architecture(), new BertFamily()));
            TorchRuntime.recording(() -> {
                Map<String, NDArray> entries = method.adapter(trained, shape, Dropout.OFF);
                check.accept(
                        backbone.architecture(),
                        backbone.forward(scope, bert.batch(), entries, method.virtualTokens()),
                        trained);
                return null;
            });
        }
    }

    private static Map<String, NDArray> upload(NDManager scope, Map<String, Tensor> tensors) {
        Map<String, NDArray> arrays = new HashMap<>();
        tensors.forEach((name, tensor) -> {
            NDArray array = tensor.upload(scope);
            array.setRequiresGradient(true);
            arrays.put(name, array);
        });
        return arrays;
    }

    private static void assertGradients(
            NDArray objective, Map<String, NDArray> trained, Map<String, Tensor> gradients) {
        JniUtils.backward(
                (PtNDArray) objective, (PtNDArray) objective.getManager().ones(new Shape()), false, false);
        assertThat(gradients).containsOnlyKeys(trained.keySet());
        gradients.forEach((name, expected) -> {
            double largest = 0;
            for (float value : expected.values()) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(trained.get(name).getGradient().toFloatArray())
                    .as(name)
                    .containsExactly(expected.values(), within((float) (1e-4 * largest)));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt_tuning", "p_tuning", "prefix_tuning", "lora", "ia3"})
    void hiddenStates(String method) {
        Golden golden = bert.in("adapters/" + method + "_feature_extraction");
        run(new PeftAdapter(golden), (architecture, hidden, trained) -> {
            Tensor expected = golden.tensor("last_hidden_state");
            int virtual = (int) (expected.shape().get(1) - hidden.getShape().get(1)); // PEFT gives their states too
            Golden.assertRealTokens(hidden, expected, bert.batch(), virtual, 2e-5);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt_tuning", "prefix_tuning", "lora", "ia3"})
    void gradients(String method) {
        PeftAdapter adapter = new PeftAdapter(bert.in("adapters/" + method + "_feature_extraction"));
        run(adapter, (architecture, hidden, trained) -> {
            NDManager scope = hidden.getManager();
            NDArray mask = bert.batch().perToken(scope, (length, t) -> 1f).expandDims(2);
            NDArray objective = hidden.mul(bert.tensor("grad_weights").upload(scope))
                    .mul(mask)
                    .sum();
            assertGradients(objective, trained, adapter.gradients(architecture, new BertFamily()));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt_tuning", "p_tuning", "prefix_tuning", "lora", "ia3"})
    void logitsOfTexts(String method) {
        Golden golden = bert.in("adapters/" + method + "_seq_cls");
        // With a prompt PEFT pools its first row. The text's own first token, which we pool, has logits of its own.
        String expected = golden.names("golden.safetensors").contains("logits_real_first_token")
                ? "logits_real_first_token"
                : "logits";
        run(new PeftAdapter(golden), (architecture, hidden, trained) -> {
            NDArray pooled = linear(
                            Pooling.CLS.rows(hidden, bert.batch()),
                            bert.in("model"),
                            "model.safetensors",
                            "pooler.dense")
                    .tanh();
            assertThat(linear(pooled, golden, "adapter_model.safetensors", "classifier")
                            .toFloatArray())
                    .containsExactly(golden.tensor(expected).values(), within(2e-5f));
        });
    }

    /** Applies the linear layer of a file whose name ends so. */
    private static NDArray linear(NDArray rows, Golden golden, String file, String layer) {
        String weight = golden.names(file).stream()
                .filter(name -> name.endsWith(layer + ".weight"))
                .findFirst()
                .orElseThrow();
        NDManager scope = rows.getManager();
        NDArray bias = golden.tensor(file, weight.replace(".weight", ".bias")).upload(scope);
        return rows.matMul(golden.tensor(file, weight).upload(scope).transpose())
                .add(bias);
    }

    @Test
    void mlpOfAPrompt() {
        checkNetwork("p_tuning_mlp", new PTuning(5, PromptNetwork.MLP, 27, Placement.BEFORE));
    }

    @Test
    void lstmOfAPrompt() {
        checkNetwork("p_tuning_lstm", new PTuning(5, PromptNetwork.LSTM, 27, Placement.BEFORE));
    }

    @Test
    void mlpOfAPrefix() {
        checkNetwork(
                "prefix_projection",
                PrefixTuning.builder()
                        .virtualTokens(5)
                        .reparameterisation(new Reparameterisation(27))
                        .build());
    }

    /** The rows that a network makes, and gradients of the sum of output_weights times them. */
    private void checkNetwork(String name, PeftMethod method) {
        Golden golden = bert.in("reparam");
        Map<String, Tensor> tensors = new HashMap<>();
        Map<String, Tensor> gradients = new HashMap<>();
        for (String parameter :
                (Iterable<String>) golden.json("golden.json").at("/cases/" + name + "/parameters")::fieldNames) {
            tensors.put(parameter, golden.tensor(name + "." + parameter));
            gradients.put(parameter, golden.tensor(name + ".grad." + parameter));
        }
        try (Backbone backbone = bert.backbone("model");
                NDManager scope = backbone.newManager()) {
            BackboneShape shape = backbone.shape();
            Map<String, Tensor> expected = PeftAdapter.entries(golden.tensor(name + ".output"), shape);
            Map<String, Tensor> weights = PeftAdapter.entries(golden.tensor(name + ".output_weights"), shape);
            Map<String, NDArray> trained = upload(scope, tensors);
            TorchRuntime.recording(() -> {
                Map<String, NDArray> found = method.adapter(trained, shape, Dropout.OFF);
                assertThat(found).containsOnlyKeys(expected.keySet());
                NDArray objective = scope.create(0f);
                for (Map.Entry<String, NDArray> entry : found.entrySet()) {
                    Tensor rows = expected.get(entry.getKey());
                    assertThat(entry.getValue().getShape()).isEqualTo(rows.shape());
                    assertThat(entry.getValue().toFloatArray()).containsExactly(rows.values(), within(1e-5f));
                    NDArray weight = weights.get(entry.getKey()).upload(scope);
                    objective = objective.add(entry.getValue().mul(weight).sum());
                }
                assertGradients(objective, trained, gradients);
                return null;
            });
        }
    }
}
