package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.testing.TestDevice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Comparison of gradients with difference quotients of the loss, for the tensors of a method and a head. Dropout masks
 * are constant.
 */
final class GradientCheck implements AutoCloseable {

    /**
     * Step sizes. Large steps are less affected by rounding in float32, small steps by curvature of the loss such as
     * that of ReLU. The gradient must agree with the difference quotient of one of them. Steps that are too small for
     * the gradient are not used.
     */
    private static final double[] STEPS = {2e-2, 5e-3, 1e-3, 2e-4};

    /** Rounding error of the loss of one row in float32. */
    private static final double ROUNDING = 5e-7;

    private static final int COORDINATES = 4;

    /** Training texts for methods that are initialized from texts. */
    private static final List<String> TEXTS = List.of("the film is good", "the book is awful and the cast is poor");

    private final Backbone backbone;
    private final LabelHead head = new LabelHead(0.2);
    private final PeftMethod method;
    private final Pooling pooling;
    private final TokenBatch batch;
    private final float[][] targets;
    private final Map<String, Tensor> tensors = new HashMap<>();

    /**
     * Creates a check with the loss of sequences that have the labels 0 and 1 in turn.
     *
     * @param sequences creates the sequences with the backbone's tokenizer
     */
    GradientCheck(
            BackboneSource source,
            PeftMethod method,
            Pooling pooling,
            Function<BackboneTokenizer, List<TokenSequence>> sequences) {
        this.backbone = Backbone.open(source, TestDevice.get(), Precision.FP32);
        this.method = method;
        this.pooling = pooling;
        List<TokenSequence> made = sequences.apply(backbone.tokenizer());
        this.batch = new TokenBatch(made);
        this.targets = new float[made.stream().mapToInt(pooling::rowCount).sum()][1];
        for (int row = 1; row < targets.length; row += 2) {
            targets[row][0] = 1;
        }
        SplittableRandom random = new SplittableRandom(3);
        tensors.putAll(method.initialize(new MethodContext(backbone, List.of("good", "bad"), TEXTS, random.split())));
        // With tensors that are zero, the gradients of other tensors would be zero, too.
        tensors.replaceAll((name, tensor) -> {
            Tensor noise = RandomTensors.normal(tensor.shape(), 0.1, random);
            for (int i = 0; i < noise.size(); i++) {
                noise.values()[i] += tensor.values()[i];
            }
            return noise;
        });
        tensors.put(
                "head.weight",
                RandomTensors.normal(new Shape(2, backbone.dimensions().hidden()), 1.0, random));
        tensors.put("head.bias", RandomTensors.normal(new Shape(2), 0.5, random));
    }

    /** Checks the gradients of all tensors at random coordinates. */
    void assertGradients() {
        SplittableRandom random = new SplittableRandom(4);
        double rounding = ROUNDING * targets.length;
        List<String> keyBiases = backbone.architecture().linearLayers().stream()
                .filter(layer -> layer.role() == Role.KEY)
                .map(layer -> layer.name() + ".bias")
                .toList();
        Map<String, Tensor> gradients = gradients();
        gradients.forEach((name, gradient) -> {
            double largest = IntStream.range(0, gradient.size())
                    .mapToDouble(i -> Math.abs(gradient.values()[i]))
                    .max()
                    .orElseThrow();
            // Without rotation, the bias of keys adds a constant to all scores of a row, which softmax ignores.
            if (keyBiases.stream().noneMatch(name::endsWith)) {
                assertThat(largest).as(name).isGreaterThan(1e-3);
            }
            for (int i : random.ints(COORDINATES, 0, gradient.size()).toArray()) {
                double found = gradient.values()[i];
                assertThat(DoubleStream.of(STEPS)
                                .filter(step -> step == STEPS[0] || rounding / step <= 5e-2 * largest)
                                .anyMatch(step -> differences(name, i, (float) step)
                                        .anyMatch(
                                                slope -> Math.abs(found - slope) <= 2e-2 * largest + rounding / step)))
                        .as(
                                "%s[%d] of %s, %s: gradient %s differs from all difference quotients",
                                name, i, method, pooling, found)
                        .isTrue();
            }
        });
    }

    private Map<String, Tensor> gradients() {
        return evaluate(arrays -> TorchRuntime.withGradients(() -> {
            arrays.values().forEach(array -> array.setRequiresGradient(true));
            NDArray loss = losses(arrays).sum();
            Autograd.backward(loss);
            Map<String, Tensor> gradients = new HashMap<>();
            arrays.forEach((name, array) -> gradients.put(name, Tensor.of(array.getGradient())));
            return gradients;
        }));
    }

    /**
     * Returns the central, forward and backward difference quotients. A ReLU may change its slope within one of the two
     * steps.
     */
    private DoubleStream differences(String name, int i, float step) {
        float[] values = tensors.get(name).values();
        float at = values[i];
        double center = value();
        values[i] = at + step;
        double above = value();
        values[i] = at - step;
        double below = value();
        values[i] = at;
        return DoubleStream.of((above - below) / (2 * step), (above - center) / step, (center - below) / step);
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
                scope, batch, method.materialize(trained, backbone.dimensions(), dropout), method.virtualTokens());
        NDArray logits = head.layer().logits(pooling.pool(hidden, batch), linear, dropout);
        return head.objective().loss(logits, scope.create(targets));
    }

    @Override
    public void close() {
        backbone.close();
    }
}
