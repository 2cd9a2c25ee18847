package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.LinearMap;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Noise;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.Pooling;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.Toys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine's gradients against central differences of the loss, for the tensors of every method and of the head. */
class GradientTest {

    private static final List<String> TEXTS =
            TextExampleExtractor.texts(Toys.opinions(4).getData());
    private static final float[][] TARGETS = {{0}, {1}, {0}, {1}};

    /**
     * Large steps are right where float32 rounds the difference of losses away, small ones where the loss bends, as with ReLU: one of them
     * has to meet the gradient.
     */
    private static final double[] STEPS = {2e-2, 5e-3, 1e-3};

    /** What float32 leaves uncertain in a difference of losses. */
    private static final double ROUNDING = 2e-6;

    private static final int COORDINATES = 4;

    static Stream<PeftMethod> methods() {
        return Stream.concat(
                Stream.concat(
                        Stream.of(Placement.values()).map(where -> new PromptTuning(3, new VocabularyRows(), where)),
                        Stream.of(BottleneckAdapter.Position.values())
                                .map(where -> new BottleneckAdapter(4, where, 2.0))),
                Stream.of(
                        new LinearProbe(),
                        new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE),
                        new PTuning(3, PromptNetwork.LSTM, 5, Placement.AFTER_LAST),
                        LoRA.builder().rank(3).build(),
                        LoRA.builder()
                                .rank(2)
                                .targets(LinearMap.Role.values())
                                .rankStabilised()
                                .dropout(0.3)
                                .build(),
                        new IA3(),
                        new BitFit(),
                        new LayerNormTuning(),
                        new FullFineTuning(),
                        new Combination(
                                "both",
                                List.of(
                                        prefix().build(),
                                        new BottleneckAdapter(4, BottleneckAdapter.Position.PARALLEL, 4.0))),
                        prefix().initializer(new TextPrefix()).build(),
                        prefix().initializer(RandomPrefix.zero()).build(),
                        prefix().placement(Placement.UNNUMBERED).build(),
                        prefix().layers(1, 1).build(),
                        prefix().dropout(0.3).build(),
                        prefix().reparameterisation(new Reparameterisation()).build(),
                        prefix().layers(0, 0)
                                .reparameterisation(new Reparameterisation(5))
                                .build()));
    }

    private static PrefixTuning.Builder prefix() {
        return PrefixTuning.builder().virtualTokens(3).dropout(0).initializer(new RandomPrefix(0.3));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void gradientsAreSlopesOfTheLoss(PeftMethod method) {
        for (Pooling pooling : Pooling.values()) {
            try (Objective objective = new Objective(method, pooling)) {
                objective.check();
            }
        }
    }

    /** A loss as a function of a method's tensors and a head's, with dropout masks that stay the same. */
    private static final class Objective implements AutoCloseable {
        private final Backbone backbone = Backbone.open(new TinyBert(), Device.cpu(), Precision.FP32);
        private final LabelHead head = new LabelHead(0.2);
        private final PeftMethod method;
        private final Pooling pooling;
        private final TokenBatch batch;
        private final Map<String, Tensor> tensors = new HashMap<>();

        Objective(PeftMethod method, Pooling pooling) {
            this.method = method;
            this.pooling = pooling;
            this.batch = new TokenBatch(TEXTS.stream()
                    .map(text -> backbone.tokenizer().encode(text, 40))
                    .toList());
            SplittableRandom random = new SplittableRandom(3);
            tensors.putAll(
                    method.initialise(new MethodContext(backbone, List.of("good", "bad"), TEXTS, random.split())));
            // Tensors that start at zero would hide whether those behind them get a gradient.
            tensors.replaceAll((name, tensor) -> {
                Tensor noise = Noise.normal(tensor.shape(), 0.1, random);
                for (int i = 0; i < noise.size(); i++) {
                    noise.values()[i] += tensor.values()[i];
                }
                return noise;
            });
            tensors.put(
                    "head.weight", Noise.normal(new Shape(2, backbone.shape().hidden()), 1.0, random));
            tensors.put("head.bias", Noise.normal(new Shape(2), 0.5, random));
        }

        void check() {
            SplittableRandom random = new SplittableRandom(4);
            Map<String, Tensor> gradients = gradients();
            gradients.forEach((name, gradient) -> {
                double largest = IntStream.range(0, gradient.size())
                        .mapToDouble(i -> Math.abs(gradient.values()[i]))
                        .max()
                        .orElseThrow();
                // Softmax does not see what is added to all of a row's scores, as a key's bias is.
                if (!name.endsWith("key.bias")) {
                    assertThat(largest).as(name).isGreaterThan(1e-3);
                }
                for (int i : random.ints(COORDINATES, 0, gradient.size()).toArray()) {
                    double found = gradient.values()[i];
                    assertThat(DoubleStream.of(STEPS)
                                    .anyMatch(step -> Math.abs(found - slope(name, i, (float) step))
                                            <= 2e-2 * largest + ROUNDING / step))
                            .as("%s[%d] of %s, %s: gradient %s is no slope", name, i, method, pooling, found)
                            .isTrue();
                }
            });
        }

        private Map<String, Tensor> gradients() {
            return evaluate(arrays -> TorchRuntime.recording(() -> {
                arrays.values().forEach(array -> array.setRequiresGradient(true));
                NDArray loss = losses(arrays).sum();
                JniUtils.backward((PtNDArray) loss, (PtNDArray) loss.onesLike(), false, false);
                Map<String, Tensor> gradients = new HashMap<>();
                arrays.forEach((name, array) -> gradients.put(name, Tensor.of(array.getGradient())));
                return gradients;
            }));
        }

        private double slope(String name, int i, float step) {
            float[] values = tensors.get(name).values();
            float at = values[i];
            values[i] = at + step;
            double above = value();
            values[i] = at - step;
            double below = value();
            values[i] = at;
            return (above - below) / (2 * step);
        }

        private double value() {
            return evaluate(arrays -> TorchRuntime.withoutGradients(() -> {
                double sum = 0;
                for (float loss : losses(arrays).toFloatArray()) {
                    sum += loss;
                }
                return sum;
            }));
        }

        private <V> V evaluate(Function<Map<String, NDArray>, V> work) {
            try (NDManager scope = backbone.newManager()) {
                Map<String, NDArray> arrays = new HashMap<>();
                tensors.forEach((name, tensor) -> arrays.put(name, tensor.upload(scope)));
                return work.apply(arrays);
            }
        }

        private NDArray losses(Map<String, NDArray> arrays) {
            NDManager scope = arrays.get("head.bias").getManager();
            Map<String, NDArray> trained = new HashMap<>(arrays);
            Map<String, NDArray> linear =
                    Map.of("weight", trained.remove("head.weight"), "bias", trained.remove("head.bias"));
            Dropout dropout = Dropout.from(new SplittableRandom(5));
            NDArray hidden = backbone.forward(
                    scope, batch, method.adapter(trained, backbone.shape(), dropout), method.virtualTokens());
            NDArray logits = head.logits(pooling.rows(hidden, batch), linear, dropout);
            return head.loss(logits, scope.create(TARGETS));
        }

        @Override
        public void close() {
            backbone.close();
        }
    }
}
