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
 * Prompt tuning (Lester et al. 2021, <a href="https://arxiv.org/abs/2104.08691">arXiv 2104.08691</a>): trains P rows of
 * embedding width E that are inserted into the sequence of the text's word embeddings, with P × E values. Layers are
 * not changed.
 *
 * <pre>{@code
 * PeftMethod method = new PromptTuning(
 *         20, new LabelTextInitializer().orElse(new SampledVocabularyInitializer()), Placement.BEFORE);
 * }</pre>
 */
public final class PromptTuning implements PeftMethod {

    @Config(description = "Number of virtual tokens P, at least 1.")
    private int virtualTokens = 20;

    @Config(description = "Initializer of the rows.")
    private PromptInitializer initializer = new SampledVocabularyInitializer();

    @Config(description = "Placement of the position ids of virtual tokens.")
    private Placement placement = Placement.BEFORE;

    @Config(description = "Dropout rate of the rows, in [0, 1).")
    private double dropout = 0.0;

    /**
     * Creates prompt tuning with twenty virtual tokens before the text, initialized with word embeddings of random
     * tokens.
     */
    public PromptTuning() {}

    /**
     * Creates prompt tuning with dropout on the rows.
     *
     * @param virtualTokens number of virtual tokens, at least 1
     * @param initializer initializer of the rows
     * @param placement placement of the position ids of virtual tokens
     * @param dropout the dropout rate in [0, 1)
     */
    public PromptTuning(int virtualTokens, PromptInitializer initializer, Placement placement, double dropout) {
        this.virtualTokens = virtualTokens;
        this.initializer = initializer;
        this.placement = placement;
        this.dropout = dropout;
        postConfig();
    }

    /**
     * Creates prompt tuning without dropout.
     *
     * @param virtualTokens number of virtual tokens, at least 1
     * @param initializer initializer of the rows
     * @param placement placement of the position ids of virtual tokens
     */
    public PromptTuning(int virtualTokens, PromptInitializer initializer, Placement placement) {
        this(virtualTokens, initializer, placement, 0.0);
    }

    @Override
    public void postConfig() {
        if (virtualTokens < 1) {
            throw new PropertyException(
                    "", "virtualTokens", "the number of virtual tokens must be at least 1, but is " + virtualTokens);
        }
        MethodChecks.dropout(dropout);
    }

    @Override
    public String name() {
        return "prompt-tuning";
    }

    @Override
    public String description() {
        return "trained embeddings before each text (Lester et al., 2021)";
    }

    @Override
    public double defaultLearningRate() {
        return 3e-2;
    }

    @Override
    public double languageModelLearningRate() {
        return 3e-1;
    }

    @Override
    public boolean needsLayers() {
        return false;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return new VirtualTokens(virtualTokens, placement);
    }

    /** Returns {@code prompt} [1, P, E]. If the initializer returns fewer than P rows, they are repeated. */
    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        int width = context.backbone().dimensions().embedding();
        List<float[]> rows = initializer.rows(virtualTokens, context);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "The initializer " + initializer + " returned no rows; expected at least one");
        }
        float[] values = new float[Tensor.length(virtualTokens, width)];
        for (int i = 0; i < virtualTokens; i++) {
            System.arraycopy(rows.get(i % rows.size()), 0, values, i * width, width);
        }
        return Map.of(AdapterEntry.PROMPT.of(), new Tensor(new Shape(1, virtualTokens, width), values));
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
        return Map.of(AdapterEntry.PROMPT.of(), dropout.apply(trained.get(AdapterEntry.PROMPT.of()), this.dropout));
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
