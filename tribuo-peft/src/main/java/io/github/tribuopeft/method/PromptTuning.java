package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Prompt tuning (Lester et al. 2021, <a href="https://arxiv.org/abs/2104.08691">arXiv 2104.08691</a>): P rows of width E, that of word embeddings, are
 * trained and stand beside the text's own word embeddings. P × E values, nothing inside the layers.
 *
 * <pre>{@code
 * PeftMethod method = new PromptTuning(20, new LabelTextInitializer().orElse(new SampledVocabularyInitializer()), Placement.BEFORE);
 * }</pre>
 */
public final class PromptTuning implements PeftMethod {

    @Config(description = "Number of virtual tokens P, at least 1.")
    private int virtualTokens = 20;

    @Config(description = "Where the rows start from.")
    private PromptInitializer initializer = new SampledVocabularyInitializer();

    @Config(description = "Which position numbers the virtual tokens take.")
    private Placement placement = Placement.BEFORE;

    @Config(description = "Dropout on the rows while training, at least 0 and below 1.")
    private double dropout = 0.0;

    /** Twenty virtual tokens before the text, started from rows of the vocabulary. */
    public PromptTuning() {}

    /**
     * Prompt tuning with dropout on the rows.
     *
     * @param virtualTokens number of virtual tokens, at least 1
     * @param initializer where the rows start from
     * @param placement which position numbers they take
     * @param dropout at least 0 and below 1
     */
    public PromptTuning(int virtualTokens, PromptInitializer initializer, Placement placement, double dropout) {
        this.virtualTokens = virtualTokens;
        this.initializer = initializer;
        this.placement = placement;
        this.dropout = dropout;
        postConfig();
    }

    /**
     * Prompt tuning without dropout.
     *
     * @param virtualTokens number of virtual tokens, at least 1
     * @param initializer where the rows start from
     * @param placement which position numbers they take
     */
    public PromptTuning(int virtualTokens, PromptInitializer initializer, Placement placement) {
        this(virtualTokens, initializer, placement, 0.0);
    }

    @Override
    public void postConfig() {
        if (virtualTokens < 1) {
            throw new PropertyException(
                    "", "virtualTokens", "prompt tuning needs at least 1 virtual token, not " + virtualTokens);
        }
        MethodChecks.dropout(dropout);
    }

    @Override
    public String name() {
        return "prompt-tuning";
    }

    @Override
    public double defaultLearningRate() {
        return 3e-2;
    }

    @Override
    public boolean needsLayers() {
        return false;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return new VirtualTokens(virtualTokens, placement);
    }

    /** {@code prompt} [1, P, E]. Rows that the initializer does not give are filled by repeating those that it gives. */
    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        int width = context.backbone().dimensions().embedding();
        List<float[]> rows = initializer.rows(virtualTokens, context);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "The initializer " + initializer + " found nothing to start a prompt from");
        }
        float[] values = new float[Tensor.length(virtualTokens, width)];
        for (int i = 0; i < virtualTokens; i++) {
            System.arraycopy(rows.get(i % rows.size()), 0, values, i * width, width);
        }
        return Map.of(AdapterEntry.PROMPT.of(), new Tensor(new Shape(1, virtualTokens, width), values));
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions shape, Dropout noise) {
        return Map.of(AdapterEntry.PROMPT.of(), noise.apply(trained.get(AdapterEntry.PROMPT.of()), dropout));
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "PromptTuning(virtualTokens=" + virtualTokens + ",initializer=" + initializer + ",placement=" + placement
                + ",dropout=" + dropout + ")";
    }
}
