package io.github.tribuopeft.inspection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/**
 * Integrated gradients (Sundararajan et al. 2017) of one logit with respect to the word embeddings of a text and the
 * vectors of virtual tokens, on the straight line from a baseline to the text.
 */
final class IntegratedGradients {

    private static final String TEXT = "text";
    private static final GaussIntegratorFactory RULES = new GaussIntegratorFactory();
    /** Points of the Gauss-Legendre rule of a section of the line, which are the rows of a batch. */
    private static final int ROWS = 16;

    private static final int MAX_POINTS = 1024;
    private static final double TOLERANCE = 1e-3;

    private final Backbone backbone;
    private final ModelState<?> state;
    private final TokenSequence tokens;
    private final int label;
    /** The end of the line, by the name of the adapter's entry or {@link #TEXT}. */
    private final Map<String, Tensor> input = new TreeMap<>();
    /** The beginning of the line. */
    private final Map<String, Tensor> baseline = new TreeMap<>();

    /**
     * Prepares the computation.
     *
     * @param tokens the tokens
     * @param reference the tokens of the baseline, as many
     * @param filler token whose embedding is the baseline of the rows of a prompt
     * @param label index of the logit
     */
    IntegratedGradients(
            Backbone backbone, ModelState<?> state, TokenSequence tokens, int[] reference, int filler, int label) {
        this.backbone = backbone;
        this.state = state;
        this.tokens = tokens;
        this.label = label;
        input.put(TEXT, embeddings(tokens.ids()));
        baseline.put(TEXT, embeddings(reference));
        state.adapter().tensors().forEach((name, tensor) -> {
            if (VirtualTokenTensors.isVirtual(name)) {
                input.put(name, tensor);
                baseline.put(name, virtualBaseline(name, tensor, filler));
            }
        });
    }

    private Tensor embeddings(int[] ids) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                return Tensor.of(backbone.wordEmbeddings(
                        scope, ids, upload(scope, state.adapter().tensors())));
            }
        });
    }

    private Tensor virtualBaseline(String name, Tensor tensor, int filler) {
        if (!name.equals(AdapterEntry.PROMPT.of())) {
            return tensor.map(value -> 0);
        }
        int[] rows = new int[(int) tensor.shape().get(1)];
        Arrays.fill(rows, filler);
        return new Tensor(tensor.shape(), embeddings(rows).values());
    }

    private static Map<String, NDArray> upload(NDManager scope, Map<String, Tensor> tensors) {
        Map<String, NDArray> arrays = new HashMap<>();
        tensors.forEach((name, tensor) -> arrays.put(name, tensor.upload(scope)));
        return arrays;
    }

    /**
     * Result of an integration.
     *
     * @param end logit at the end of the line
     * @param begin logit at the beginning of the line
     * @param points number of points
     * @param ofTokens sum over the embedding of each token [T]
     * @param ofVirtualTokens sum over the vectors of each virtual token in all layers
     */
    record Result(double end, double begin, int points, double[] ofTokens, double[] ofVirtualTokens) {

        private double error() {
            return Math.abs(Arrays.stream(ofTokens).sum()
                    + Arrays.stream(ofVirtualTokens).sum()
                    - (end - begin));
        }
    }

    /**
     * Doubles the number of sections until the contributions sum to the difference of the logits, up to {@value
     * #MAX_POINTS} points.
     */
    Result compute() {
        double[] ends = logits(new double[] {0, 1});
        double tolerance = TOLERANCE * Math.max(1, Math.abs(ends[1] - ends[0])) / 2;
        Result result = integrate(ends, ROWS);
        while (result.error() > tolerance && result.points() < MAX_POINTS) {
            result = integrate(ends, 2 * result.points());
        }
        return result;
    }

    private double[] logits(double[] points) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                float[] logits = logits(scope, leaves(scope, points)).toFloatArray();
                double[] values = new double[logits.length];
                Arrays.setAll(values, i -> logits[i]);
                return values;
            }
        });
    }

    private Result integrate(double[] ends, int points) {
        double[] ofTokens = new double[tokens.length()];
        double[] ofVirtualTokens = new double[state.adapter().virtualTokens().count()];
        for (int begin = 0; begin < points; begin += ROWS) {
            GaussIntegrator rule = RULES.legendre(ROWS, (double) begin / points, (double) (begin + ROWS) / points);
            double[] nodes =
                    IntStream.range(0, ROWS).mapToDouble(rule::getPoint).toArray();
            double[] weights =
                    IntStream.range(0, ROWS).mapToDouble(rule::getWeight).toArray();
            TorchRuntime.withGradients(() -> {
                try (NDManager scope = backbone.newManager()) {
                    Map<String, NDArray> leaves = leaves(scope, nodes);
                    Autograd.backward(logits(scope, leaves).sum());
                    leaves.forEach((name, leaf) -> add(
                            name,
                            Autograd.gradient(leaf).toFloatArray(),
                            weights,
                            name.equals(TEXT) ? ofTokens : ofVirtualTokens));
                    return null;
                }
            });
        }
        return new Result(ends[1], ends[0], points, ofTokens, ofVirtualTokens);
    }

    /** Returns the points on the line, as rows of a batch that require gradients. */
    private Map<String, NDArray> leaves(NDManager scope, double[] points) {
        Map<String, NDArray> leaves = new HashMap<>();
        input.forEach((name, end) -> {
            float[] from = baseline.get(name).values();
            float[] to = end.values();
            float[] values = new float[points.length * to.length];
            for (int i = 0; i < values.length; i++) {
                int k = i % to.length;
                values[i] = (float) (from[k] + points[i / to.length] * (to[k] - from[k]));
            }
            long[] extents = end.shape().getShape();
            long[] row = name.equals(TEXT) ? extents : Arrays.copyOfRange(extents, 1, extents.length);
            Shape shape = new Shape(points.length).addAll(new Shape(row));
            leaves.put(name, Autograd.leaf(scope, scope.create(values, shape)));
        });
        return leaves;
    }

    /** Returns the logit of the label for each row of a batch. */
    private NDArray logits(NDManager scope, Map<String, NDArray> leaves) {
        Map<String, NDArray> adapter = upload(scope, state.adapter().tensors());
        adapter.putAll(leaves);
        NDArray embeddings = adapter.remove(TEXT);
        int rows = (int) embeddings.getShape().get(0);
        TokenBatch batch = new TokenBatch(Collections.nCopies(rows, tokens));
        NDArray hidden = backbone.forward(
                scope, batch, embeddings, adapter, state.adapter().virtualTokens());
        return state.head()
                .layer()
                .logits(
                        state.pooling().pool(hidden, batch),
                        states -> backbone.lmLogits(states, adapter),
                        upload(scope, state.headTensors()),
                        Dropout.OFF)
                .get(":, {}", label);
    }

    /** Adds the weighted products of gradients and differences to the sums of their tokens. */
    private void add(String name, float[] gradients, double[] weights, double[] sums) {
        Tensor end = input.get(name);
        float[] from = baseline.get(name).values();
        float[] to = end.values();
        int width = (int) end.shape().get(end.shape().dimension() - 1);
        for (int i = 0; i < gradients.length; i++) {
            int k = i % to.length;
            sums[k / width % sums.length] += weights[i / to.length] * gradients[i] * (to[k] - from[k]);
        }
    }
}
