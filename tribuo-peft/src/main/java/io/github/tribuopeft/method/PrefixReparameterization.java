package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Reparameterization of a prefix by an MLP (Li and Liang 2021, section 4.3): Linear, tanh, Linear from P embeddings of
 * width H to the keys and values of all layers. Names and layout are those of PEFT's {@code prefix_projection}. The
 * trained model contains the keys and values, not the MLP.
 */
public final class PrefixReparameterization implements Configurable, Provenancable<ConfiguredObjectProvenance> {

    @Config(description = "Width of the MLP's hidden layer; 0 for the hidden width of the backbone.")
    private int hidden = 0;

    /** Creates an MLP with the hidden width of the backbone. */
    public PrefixReparameterization() {}

    /**
     * Creates an MLP.
     *
     * @param hidden width of the hidden layer, at least 1; 0 for the hidden width of the backbone
     */
    public PrefixReparameterization(int hidden) {
        this.hidden = hidden;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (hidden < 0) {
            throw new PropertyException("", "hidden", "the width of the MLP must not be negative, but is " + hidden);
        }
    }

    double defaultLearningRate() {
        return 3e-3;
    }

    Map<String, Tensor> initialize(int count, int layers, ModelDimensions dimensions, SplittableRandom random) {
        int in = dimensions.hidden();
        int mid = hidden == 0 ? in : hidden;
        int out = 2 * layers * dimensions.keyValueHeads() * dimensions.headWidth();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("embedding.weight", RandomTensors.normal(new Shape(count, in), 1.0, random));
        DenseProjection.add(tensors, "transform.0", in, mid, random);
        DenseProjection.add(tensors, "transform.2", mid, out, random);
        return tensors;
    }

    /** Returns the key and the value of each layer, each [1, K, P, D]. */
    List<NDArray> keysAndValues(Map<String, NDArray> trained, ModelDimensions dimensions) {
        NDArray embedding = trained.get("embedding.weight");
        NDArray inner = DenseProjection.apply(embedding, trained, "transform.0").tanh();
        NDArray flat = DenseProjection.apply(inner, trained, "transform.2"); // [P, 2 * layers * K * D]
        NDArray heads = flat.reshape(
                        embedding.getShape().get(0), -1, dimensions.keyValueHeads(), dimensions.headWidth())
                .transpose(1, 2, 0, 3); // [2 * layers, K, P, D]
        List<NDArray> tensors = new ArrayList<>();
        for (int i = 0; i < heads.getShape().get(0); i++) {
            tensors.add(heads.get("{}:{}", i, i + 1));
        }
        return tensors;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PrefixReparameterization");
    }

    @Override
    public String toString() {
        return "PrefixReparameterization(hidden=" + hidden + ")";
    }
}
