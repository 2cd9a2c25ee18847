package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.NextTokenPooling;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LmHead;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyArchitectures;
import io.github.tribuopeft.testing.TinyBackbone;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of the language-model loss agree with differences of the loss, also through a prompt that rows share. */
@Tag("gpu")
class LmGradientTest {

    /** Two replies of different lengths, so that one row is padded. */
    private static final List<TokenSequence> ROWS = List.of(
            new TokenSequence(new int[] {2, 17, 30, 44, 9}, new int[5], new int[] {2, 3, 4}, 0),
            new TokenSequence(new int[] {2, 51, 60}, new int[3], new int[] {1, 2}, 0));

    private static final float[][] TARGETS = {{44}, {9}, {3}, {60}, {3}};

    static Stream<Arguments> cases() {
        List<PeftMethod> methods = List.of(
                PrefixTuning.builder()
                        .virtualTokens(3)
                        .dropout(0)
                        .initializer(new RandomPrefixInitializer(0.3))
                        .build(),
                new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE),
                new PromptTuning(3, new SampledVocabularyInitializer(), Placement.NO_POSITION_IDS),
                LoRA.builder().rank(2).build());
        return TinyArchitectures.decoders()
                .flatMap(family -> methods.stream().map(method -> Arguments.of(family, method)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAgreeWithDifferences(String family, PeftMethod method) {
        try (Backbone backbone = Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.FP32)) {
            SplittableRandom random = new SplittableRandom(3);
            Map<String, Tensor> tensors = new TreeMap<>(
                    method.initialize(new MethodContext(backbone, List.of(), List.of("a text"), random.split())));
            tensors.replaceAll((name, tensor) -> moved(tensor, RandomTensors.normal(tensor.shape(), 0.1, random), 1));
            Map<String, Tensor> gradients = gradients(backbone, method, tensors);
            // one random direction through all tensors: the slope is the sum of the products
            Map<String, Tensor> direction = tensors.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey,
                            entry -> RandomTensors.normal(entry.getValue().shape(), 1, random)));
            double slope = 0;
            for (String name : gradients.keySet()) {
                for (int i = 0; i < gradients.get(name).size(); i++) {
                    slope += gradients.get(name).values()[i]
                            * direction.get(name).values()[i];
                }
            }
            float step = 2e-3f;
            double difference = (loss(backbone, method, moved(tensors, direction, step))
                            - loss(backbone, method, moved(tensors, direction, -step)))
                    / (2 * step);
            assertThat(Math.abs(slope)).isGreaterThan(1e-2);
            assertThat(Math.abs(difference - slope)).isLessThan(2e-2 * Math.abs(slope) + 2e-3);
        }
    }

    /** The state of a prompt's rows is the same whether a text is alone or in a batch that shares them. */
    @ParameterizedTest
    @MethodSource("cases")
    void aRowHasTheSameLossAloneAndInABatch(String family, PeftMethod method) {
        try (Backbone backbone = Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.FP32)) {
            Map<String, Tensor> tensors = method.initialize(
                    new MethodContext(backbone, List.of(), List.of("a text"), new SplittableRandom(5)));
            float[] together = losses(backbone, method, tensors, ROWS, TARGETS);
            float[] first = losses(
                    backbone,
                    method,
                    tensors,
                    ROWS.subList(0, 1),
                    List.of(TARGETS).subList(0, 3).toArray(float[][]::new));
            float[] second = losses(
                    backbone,
                    method,
                    tensors,
                    ROWS.subList(1, 2),
                    List.of(TARGETS).subList(3, 5).toArray(float[][]::new));
            for (int i = 0; i < together.length; i++) {
                float alone = i < 3 ? first[i] : second[i - 3];
                assertThat(Math.abs(together[i] - alone)).as("token %d", i).isLessThan(1e-4f);
            }
        }
    }

    private static Map<String, Tensor> gradients(Backbone backbone, PeftMethod method, Map<String, Tensor> tensors) {
        return TorchRuntime.withGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                Map<String, NDArray> leaves = upload(scope, tensors);
                leaves.values().forEach(leaf -> leaf.setRequiresGradient(true));
                Autograd.backward(
                        losses(scope, backbone, method, leaves, ROWS, TARGETS).sum());
                return leaves.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                leaf -> Tensor.of(leaf.getValue().getGradient())));
            }
        });
    }

    private static double loss(Backbone backbone, PeftMethod method, Map<String, Tensor> tensors) {
        double sum = 0;
        for (float loss : losses(backbone, method, tensors, ROWS, TARGETS)) {
            sum += loss;
        }
        return sum;
    }

    private static float[] losses(
            Backbone backbone,
            PeftMethod method,
            Map<String, Tensor> tensors,
            List<TokenSequence> rows,
            float[][] targets) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                return losses(scope, backbone, method, upload(scope, tensors), rows, targets)
                        .toFloatArray();
            }
        });
    }

    private static NDArray losses(
            NDManager scope,
            Backbone backbone,
            PeftMethod method,
            Map<String, NDArray> trained,
            List<TokenSequence> rows,
            float[][] targets) {
        TokenBatch batch = new TokenBatch(rows);
        Map<String, NDArray> adapter = method.materialize(trained, backbone.dimensions(), Dropout.OFF);
        NDArray hidden = backbone.forward(scope, batch, adapter, method.virtualTokens());
        NDArray logits = backbone.lmLogits(NextTokenPooling.PREDICTED.pool(hidden, batch), adapter);
        return new LmHead().objective().loss(logits, scope.create(targets));
    }

    private static Map<String, NDArray> upload(NDManager scope, Map<String, Tensor> tensors) {
        return tensors.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .upload(scope)));
    }

    private static Map<String, Tensor> moved(Map<String, Tensor> tensors, Map<String, Tensor> direction, float step) {
        return tensors.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> moved(entry.getValue(), direction.get(entry.getKey()), step)));
    }

    private static Tensor moved(Tensor tensor, Tensor direction, float step) {
        float[] values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += step * direction.values()[i];
        }
        return new Tensor(tensor.shape(), values);
    }
}
