package io.github.tribuopeft.inspection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PredictionListener;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * Inspector of a text classifier with virtual tokens, which {@code PromptTuning}, {@code PrefixTuning} or {@code
 * PTuning} trained. It measures how much attention virtual tokens receive, and how the accuracy changes without them.
 *
 * <pre>{@code
 * try (PromptInspector inspector = new PromptInspector(model, InferenceOptions.DEFAULT)) {
 *     List<AttentionMass> attention = inspector.attention(testSet);
 *     List<Ablation> ablations = inspector.ablations(testSet);
 * }
 * }</pre>
 *
 * <p>The inspector opens a handle to the model's backbone, which {@link #close} closes. The caller closes the model.
 */
public final class PromptInspector implements AutoCloseable {

    private static final int BATCH = 16;

    private final PeftModel<Label> model;
    private final VirtualTokenTensors virtual;
    private final Backbone backbone;

    /**
     * Opens the backbone of a model.
     *
     * @param options the device and the precision of {@link #attention}
     * @throws IllegalArgumentException if the model has no virtual tokens
     */
    public PromptInspector(PeftModel<Label> model, InferenceOptions options) {
        if (model.virtualTokens().count() == 0) {
            throw new IllegalArgumentException("The model was trained with " + model.method()
                    + " and has no virtual tokens; expected a model of prompt-tuning, prefix-tuning or p-tuning");
        }
        this.model = model;
        this.virtual = new VirtualTokenTensors(model.state().adapter());
        this.backbone = Backbone.open(
                BackboneCatalog.find(model.backbone()),
                Devices.resolve(options.device()),
                options.precision().orElse(model.state().precision()));
    }

    /**
     * Measures the attention that virtual tokens receive, averaged over the tokens of each text.
     *
     * @param examples labeled texts
     * @return one element for each label of the examples, in alphabetical order
     * @throws IllegalArgumentException if the backbone is a traced module, which does not expose its attention
     */
    public List<AttentionMass> attention(Iterable<Example<Label>> examples) {
        Map<String, List<String>> texts = StreamSupport.stream(examples.spliterator(), false)
                .collect(Collectors.groupingBy(
                        example -> example.getOutput().getLabel(),
                        TreeMap::new,
                        Collectors.mapping(TextExampleExtractor::text, Collectors.toList())));
        return texts.entrySet().stream()
                .map(entry -> attention(entry.getKey(), entry.getValue()))
                .toList();
    }

    private AttentionMass attention(String label, List<String> texts) {
        List<AttentionMass> batches = new ArrayList<>();
        for (int begin = 0; begin < texts.size(); begin += BATCH) {
            List<TokenSequence> batch = texts.subList(begin, Math.min(begin + BATCH, texts.size())).stream()
                    .map(text -> backbone.tokenizer().encode(text, model.state().maxLength()))
                    .toList();
            batches.add(TorchRuntime.withoutGradients(() -> attention(label, new TokenBatch(batch))));
        }
        return AttentionMass.mean(label, batches);
    }

    private AttentionMass attention(String label, TokenBatch batch) {
        try (NDManager scope = backbone.newManager()) {
            Map<String, NDArray> adapter = new HashMap<>();
            model.adapter().forEach((name, tensor) -> adapter.put(name, tensor.upload(scope)));
            NDArray shares = backbone.attention(scope, batch, adapter, model.virtualTokens()); // [layers, B, N, R]
            int heads = (int) shares.getShape().get(2);
            int columns = (int) shares.getShape().get(3);
            float[] values = shares.toFloatArray();
            int layers = (int) shares.getShape().get(0);
            int tokens = model.virtualTokens().count();
            double[][] ofHeads = new double[layers][heads];
            double[][] ofTokens = new double[layers][tokens];
            for (int i = 0; i < values.length; i++) {
                int column = i % columns;
                if (column < columns - batch.width()) {
                    int row = i / columns; // of [layers, B, N]
                    int layer = row / (batch.rows() * heads);
                    double share = (double) values[i] / batch.rows();
                    ofHeads[layer][row % heads] += share;
                    ofTokens[layer][column % tokens] += share / heads;
                }
            }
            return new AttentionMass(label, batch.rows(), lists(ofHeads), lists(ofTokens));
        }
    }

    private static List<List<Double>> lists(double[][] rows) {
        return Arrays.stream(rows)
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
    }

    /**
     * Measures the accuracy after each {@link Change} of all virtual tokens, of each virtual token and of the prefix of
     * each layer. Removed tokens free their position ids, so the model without all virtual tokens is the backbone with
     * the head and the rest of the adapter. This predicts the dataset about five times for each token and layer.
     */
    public List<Ablation> ablations(Dataset<Label> data) {
        return ablations(data, (done, total) -> {});
    }

    /**
     * Measures the accuracy after each change, as {@link #ablations(Dataset)} does.
     *
     * @param progress receives the number of accuracies that were measured, and the number of all
     */
    public List<Ablation> ablations(Dataset<Label> data, PredictionListener progress) {
        List<Ablation.Part> parts = new ArrayList<>();
        parts.add(new Ablation.All());
        virtual.prefixLayers().forEach(layer -> parts.add(new Ablation.Layer(layer)));
        IntStream.range(0, virtual.tokens()).forEach(token -> parts.add(new Ablation.Token(token)));
        List<Ablation> ablations = new ArrayList<>();
        for (Ablation.Part part : parts) {
            for (Change change : Change.values()) {
                ablations.add(new Ablation(part, change, accuracy(part, change, data)));
                progress.onBatch(ablations.size(), parts.size() * Change.values().length);
            }
        }
        return ablations;
    }

    /** Finds the nearest words of the rows of the model's prompt; empty for a model with a prefix. */
    public Optional<PromptWords> promptWords() {
        return Optional.ofNullable(model.adapter().get(AdapterEntry.PROMPT.of()))
                .map(prompt -> PromptWords.of(backbone, prompt));
    }

    private double accuracy(Ablation.Part part, Change change, Dataset<Label> data) {
        try (PeftModel<Label> changed = model.withAdapter(virtual.with(part, change))) {
            return accuracy(changed, data);
        }
    }

    /** Returns the accuracy of the unchanged model in [0, 1]. */
    public double accuracy(Dataset<Label> data) {
        return accuracy(model, data);
    }

    private static double accuracy(PeftModel<Label> model, Dataset<Label> data) {
        List<Prediction<Label>> predictions = model.predict(data);
        long correct = predictions.stream()
                .filter(prediction -> prediction
                        .getOutput()
                        .getLabel()
                        .equals(prediction.getExample().getOutput().getLabel()))
                .count();
        return (double) correct / predictions.size();
    }

    @Override
    public void close() {
        backbone.close();
    }
}
