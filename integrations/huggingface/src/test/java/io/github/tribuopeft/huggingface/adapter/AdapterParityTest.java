package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixReparameterization;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptNetwork;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs and gradients of all methods on each family of encoders, compared with PEFT. */
@ParameterizedClass
@MethodSource("io.github.tribuopeft.huggingface.Golden#roots")
@Tag("gpu")
class AdapterParityTest {

    @Parameter
    private Golden files;

    private static final List<String> FAMILIES =
            List.of("bert", "roberta", "xlm-roberta", "distilbert", "electra", "mpnet", "modernbert");

    /** Those in which PEFT can run prefix tuning. */
    private static final List<String> WITH_PREFIX = List.of("bert", "roberta", "xlm-roberta", "electra");

    /** Those whose classifiers have golden files. */
    private static final List<String> WITH_CLASSIFIER = List.of("bert", "roberta");

    static Stream<Arguments> adapters() {
        return Stream.concat(
                pairs(FAMILIES, "prompt_tuning", "p_tuning", "lora", "ia3"), pairs(WITH_PREFIX, "prefix_tuning"));
    }

    static Stream<Arguments> adaptersWithGradients() {
        return Stream.concat(pairs(FAMILIES, "prompt_tuning", "lora", "ia3"), pairs(WITH_PREFIX, "prefix_tuning"));
    }

    static Stream<Arguments> classifiers() {
        return pairs(WITH_CLASSIFIER, "prompt_tuning", "p_tuning", "prefix_tuning", "lora", "ia3");
    }

    private static Stream<Arguments> pairs(List<String> families, String... methods) {
        return families.stream().flatMap(family -> Stream.of(methods).map(method -> Arguments.of(family, method)));
    }

    /** Work on the states that a method makes of the golden batch. */
    @FunctionalInterface
    private interface Check {
        void accept(Architecture architecture, NDArray hidden, Map<String, NDArray> trained);
    }

    private static void run(Golden model, PeftAdapter adapter, Check check) {
        PeftMethod method = adapter.method();
        try (Backbone backbone = model.backbone("model");
                NDManager scope = backbone.newManager()) {
            Map<String, NDArray> trained = upload(scope, adapter.trained(backbone.architecture()));
            TorchRuntime.withGradients(() -> {
                Map<String, NDArray> entries = method.materialize(trained, backbone.dimensions(), Dropout.OFF);
                NDArray hidden = model.batch()
                        .tokenStates(backbone.forward(scope, model.batch(), entries, method.virtualTokens()));
                check.accept(backbone.architecture(), hidden, trained);
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

    private static Map<String, Tensor> gradients(NDArray objective, Map<String, NDArray> trained) {
        JniUtils.backward(
                (PtNDArray) objective, (PtNDArray) objective.getManager().ones(new Shape()), false, false);
        Map<String, Tensor> gradients = new HashMap<>();
        trained.forEach((name, array) -> gradients.put(name, Tensor.of(array.getGradient())));
        return gradients;
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void hiddenStates(String family, String method) {
        Golden model = files.in(family);
        PeftAdapter adapter = PeftAdapter.of(model, method + "_feature_extraction");
        run(model, adapter, (architecture, hidden, trained) -> {
            Tensor expected = adapter.golden().tensor("last_hidden_state");
            int virtual = (int) (expected.shape().get(1) - hidden.getShape().get(1)); // PEFT gives their states too
            Golden.assertRealTokens(hidden, expected, model.batch(), virtual, 2e-5);
        });
    }

    @ParameterizedTest
    @MethodSource("adaptersWithGradients")
    void gradientsOfStates(String family, String method) {
        Golden model = files.in(family);
        PeftAdapter adapter = PeftAdapter.of(model, method + "_feature_extraction");
        run(model, adapter, (architecture, hidden, trained) -> {
            NDManager scope = hidden.getManager();
            NDArray mask = model.batch().perToken(scope, (length, t) -> 1f).expandDims(2);
            NDArray objective = hidden.mul(model.tensor("grad_weights").upload(scope))
                    .mul(mask)
                    .sum();
            adapter.assertGradients(architecture, gradients(objective, trained));
        });
    }

    @ParameterizedTest
    @MethodSource("classifiers")
    void logitsOfTexts(String family, String method) {
        Golden model = files.in(family);
        PeftAdapter adapter = PeftAdapter.of(model, method + "_seq_cls");
        Golden golden = adapter.golden();
        // With a prompt PEFT pools its first row. The text's own first token, which we pool, has logits of its own.
        String expected = golden.names("golden.safetensors").contains("logits_real_first_token")
                ? "logits_real_first_token"
                : "logits";
        run(model, adapter, (architecture, hidden, trained) -> {
            NDArray first = TextPooling.CLS.pool(hidden, model.batch());
            assertThat(classified(family, model, golden, first).toFloatArray())
                    .containsExactly(golden.tensor(expected).values(), within(2e-5f));
        });
    }

    /** BERT's pooler is the checkpoint's; RoBERTa's classifier has a layer of its own in its place. */
    private static NDArray classified(String family, Golden model, Golden golden, NDArray first) {
        String file = "adapter_model.safetensors";
        return family.equals("bert")
                ? linear(
                        linear(first, model.in("model"), "model.safetensors", "pooler.dense")
                                .tanh(),
                        golden,
                        file,
                        "classifier")
                : linear(linear(first, golden, file, "classifier.dense").tanh(), golden, file, "classifier.out_proj");
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
        checkNetwork("p_tuning_mlp", width -> new PTuning(5, PromptNetwork.MLP, width, Placement.BEFORE));
    }

    @Test
    void lstmOfAPrompt() {
        checkNetwork("p_tuning_lstm", width -> new PTuning(5, PromptNetwork.LSTM, width, Placement.BEFORE));
    }

    @Test
    void mlpOfAPrefix() {
        checkNetwork("prefix_projection", width -> PrefixTuning.builder()
                .virtualTokens(5)
                .reparameterization(new PrefixReparameterization(width))
                .build());
    }

    /**
     * Checks the rows that a network makes, and gradients of the sum of output_weights times them.
     *
     * @param methodOfWidth returns the method with a network of the given width
     */
    private void checkNetwork(String name, IntFunction<PeftMethod> methodOfWidth) {
        Golden bert = files.in("bert");
        Golden golden = bert.in("reparam");
        JsonNode described = golden.json("golden.json").at("/cases/" + name);
        PeftMethod method =
                methodOfWidth.apply(described.at("/config/encoder_hidden_size").asInt());
        Map<String, Tensor> tensors = new HashMap<>();
        Map<String, Tensor> gradients = new HashMap<>();
        for (String parameter : (Iterable<String>) described.get("parameters")::fieldNames) {
            tensors.put(parameter, golden.tensor(name + "." + parameter));
            gradients.put(parameter, golden.tensor(name + ".grad." + parameter));
        }
        try (Backbone backbone = bert.backbone("model");
                NDManager scope = backbone.newManager()) {
            ModelDimensions shape = backbone.dimensions();
            Map<String, Tensor> expected = PeftAdapter.entries(golden.tensor(name + ".output"), shape);
            Map<String, Tensor> weights = PeftAdapter.entries(golden.tensor(name + ".output_weights"), shape);
            Map<String, NDArray> trained = upload(scope, tensors);
            TorchRuntime.withGradients(() -> {
                Map<String, NDArray> found = method.materialize(trained, shape, Dropout.OFF);
                assertThat(found).containsOnlyKeys(expected.keySet());
                NDArray objective = scope.create(0f);
                for (Map.Entry<String, NDArray> entry : found.entrySet()) {
                    Tensor rows = expected.get(entry.getKey());
                    assertThat(entry.getValue().getShape()).isEqualTo(rows.shape());
                    assertThat(entry.getValue().toFloatArray()).containsExactly(rows.values(), within(1e-5f));
                    NDArray weight = weights.get(entry.getKey()).upload(scope);
                    objective = objective.add(entry.getValue().mul(weight).sum());
                }
                Map<String, Tensor> computed = gradients(objective, trained);
                assertThat(computed).containsOnlyKeys(gradients.keySet());
                gradients.forEach(
                        (parameter, gradient) -> Golden.assertGradient(parameter, computed.get(parameter), gradient));
                return null;
            });
        }
    }
}
