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
 * A prefix that is the output of an MLP (Li and Liang 2021, section 4.3): P embeddings of width H go through Linear, tanh, Linear
 * to the keys and values of all layers. Names and layout are those of PEFT's {@code prefix_projection}; the MLP is gone from the
 * trained model.
 */
public final class PrefixReparameterization implements Configurable, Provenancable<ConfiguredObjectProvenance> {

    @Config(description = "Width of the MLP's hidden layer; 0 for the backbone's own width.")
    private int hidden = 0;

    /** An MLP as wide as the backbone. */
    public PrefixReparameterization() {}

    /** An MLP with this many hidden units, at least 1; 0 for the backbone's own width. */
    public PrefixReparameterization(int hidden) {
        this.hidden = hidden;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (hidden < 0) {
            throw new PropertyException("", "hidden", "the MLP's width must not be negative, but is " + hidden);
        }
    }

    double defaultLearningRate() {
        return 3e-3;
    }

    Map<String, Tensor> initialize(int count, int layers, ModelDimensions shape, SplittableRandom random) {
        int in = shape.hidden();
        int mid = hidden == 0 ? in : hidden;
        int out = 2 * layers * shape.keyValueHeads() * shape.headWidth();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("embedding.weight", RandomTensors.normal(new Shape(count, in), 1.0, random));
        DenseProjection.add(tensors, "transform.0", in, mid, random);
        DenseProjection.add(tensors, "transform.2", mid, out, random);
        return tensors;
    }

    /** Key and value of each layer in turn, each [1, N, P, D]. */
    List<NDArray> keysAndValues(Map<String, NDArray> trained, ModelDimensions shape) {
        NDArray embedding = trained.get("embedding.weight");
        NDArray inner = DenseProjection.apply(embedding, trained, "transform.0").tanh();
        NDArray flat = DenseProjection.apply(inner, trained, "transform.2"); // [P, 2 * layers * N * D]
        NDArray heads = flat.reshape(embedding.getShape().get(0), -1, shape.keyValueHeads(), shape.headWidth())
                .transpose(1, 2, 0, 3); // [2 * layers, N, P, D]
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
