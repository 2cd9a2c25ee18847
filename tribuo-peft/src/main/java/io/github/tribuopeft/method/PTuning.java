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
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * P-tuning (Liu et al. 2021, <a href="https://arxiv.org/abs/2103.10385">arXiv 2103.10385</a>): trains a prompt of P
 * rows that are the output of a small network. Names and layers are those of PEFT's {@code PromptEncoder}. The trained
 * model contains the P × E values of the rows, not the network.
 */
public final class PTuning implements PeftMethod {

    @Config(description = "Number of virtual tokens P, at least 1.")
    private int virtualTokens = 20;

    @Config(description = "The network: MLP or LSTM.")
    private PromptNetwork network = PromptNetwork.MLP;

    @Config(description = "Width of the network's hidden layers; 0 for the embedding width.")
    private int hidden = 0;

    @Config(description = "Placement of the position ids of virtual tokens.")
    private Placement placement = Placement.BEFORE;

    /** Creates P-tuning with twenty virtual tokens before the text and an MLP. */
    public PTuning() {}

    /**
     * Creates P-tuning.
     *
     * @param virtualTokens number of virtual tokens, at least 1
     * @param network the network
     * @param hidden width of the network's hidden layers; 0 for the embedding width
     * @param placement placement of the position ids of virtual tokens
     */
    public PTuning(int virtualTokens, PromptNetwork network, int hidden, Placement placement) {
        this.virtualTokens = virtualTokens;
        this.network = network;
        this.hidden = hidden;
        this.placement = placement;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (virtualTokens < 1) {
            throw new PropertyException(
                    "", "virtualTokens", "the number of virtual tokens must be at least 1, but is " + virtualTokens);
        }
        if (hidden < 0) {
            throw new PropertyException(
                    "", "hidden", "the width of the network must not be negative, but is " + hidden);
        }
    }

    @Override
    public String name() {
        return "p-tuning";
    }

    @Override
    public String description() {
        return "a prompt that an MLP or LSTM computes (Liu et al., 2021)";
    }

    @Override
    public double defaultLearningRate() {
        return 3e-3;
    }

    @Override
    public boolean needsLayers() {
        return false;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return new VirtualTokens(virtualTokens, placement);
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        int width = context.backbone().dimensions().embedding();
        int mid = hidden == 0 ? width : hidden;
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("embedding.weight", RandomTensors.normal(new Shape(virtualTokens, width), 1.0, context.random()));
        tensors.putAll(network.encoder().initialize(width, mid, context.random()));
        return tensors;
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
        NDArray rows = network.encoder().rows(trained.get("embedding.weight"), trained);
        return Map.of(AdapterEntry.PROMPT.of(), rows.expandDims(0));
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        throw MethodChecks.notRecoverable(
                "the network of P-tuning", "training can be resumed with prompt-tuning from its rows");
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "PTuning(virtualTokens=" + virtualTokens + ",network=" + network + ",hidden=" + hidden + ",placement="
                + placement + ")";
    }
}
