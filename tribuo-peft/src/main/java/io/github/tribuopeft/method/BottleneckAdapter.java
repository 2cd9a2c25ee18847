package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.BottleneckPlace;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Bottleneck adapters: small networks H → m → H with ReLU in each layer, added to what flows through it,
 *
 * <pre>  y + s (U relu(D x + d) + u),    D [m, H], U [H, m]</pre>
 *
 * so 2 × m × H + m + H values for each. U and u start at zero: the first step begins at the frozen model.
 */
public final class BottleneckAdapter implements PeftMethod {

    /** Where adapters sit. */
    public enum Position {
        /** After both sublayers, before their residuals are added (Houlsby et al. 2019, arXiv 1902.00751). */
        HOULSBY(BottleneckPlace.ATTENTION, BottleneckPlace.FEEDFORWARD),
        /** After each whole layer (Pfeiffer et al. 2021, arXiv 2005.00247). */
        PFEIFFER(BottleneckPlace.LAYER),
        /** Beside the feed-forward sublayer, on what it takes (He et al. 2022, arXiv 2110.04366). */
        PARALLEL(BottleneckPlace.PARALLEL);

        // Data rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
        private final List<BottleneckPlace> places;

        Position(BottleneckPlace... places) {
            this.places = List.of(places);
        }
    }

    @Config(description = "Width m of the bottleneck, at least 1.")
    private int width = 24;

    @Config(description = "Where adapters sit: HOULSBY, PFEIFFER or PARALLEL.")
    private Position position = Position.PFEIFFER;

    @Config(description = "Factor s of what an adapter adds, above 0.")
    private double scale = 1.0;

    @Config(description = "First layer with adapters, from 0.")
    private int firstLayer = 0;

    @Config(description = "Last layer with adapters, included; -1 for the backbone's last.")
    private int lastLayer = -1;

    /** Bottlenecks of 24 after every layer. */
    public BottleneckAdapter() {}

    /**
     * Adapters in all layers.
     *
     * @param width width of the bottleneck, at least 1
     * @param position where they sit
     * @param scale factor of what they add, above 0; He et al. use 4 for parallel ones
     */
    public BottleneckAdapter(int width, Position position, double scale) {
        this.width = width;
        this.position = position;
        this.scale = scale;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (width < 1) {
            throw new PropertyException("", "width", "an adapter needs a width of at least 1, not " + width);
        }
        if (!(scale > 0)) {
            throw new PropertyException("", "scale", "an adapter's scale must be above 0, but is " + scale);
        }
        layers();
    }

    private LayerRange layers() {
        return new LayerRange(firstLayer, lastLayer);
    }

    @Override
    public String name() {
        return "adapter";
    }

    @Override
    public double defaultLearningRate() {
        return 1e-3;
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        return initialize(context.backbone().dimensions(), context.random());
    }

    Map<String, Tensor> initialize(ModelDimensions shape, SplittableRandom random) {
        LayerRange range = layers().in(shape);
        int hidden = shape.hidden();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int layer = range.first(); layer <= range.last(); layer++) {
            for (BottleneckPlace place : position.places) {
                tensors.put(
                        AdapterEntry.DOWN_WEIGHT.of(layer, place),
                        RandomTensors.uniform(new Shape(width, hidden), 1 / Math.sqrt(hidden), random));
                tensors.put(AdapterEntry.DOWN_BIAS.of(layer, place), Tensor.zeros(width));
                tensors.put(AdapterEntry.UP_WEIGHT.of(layer, place), Tensor.zeros(hidden, width));
                tensors.put(AdapterEntry.UP_BIAS.of(layer, place), Tensor.zeros(hidden));
            }
        }
        return tensors;
    }

    @Override
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions shape, Dropout noise) {
        Map<String, NDArray> entries = new HashMap<>();
        trained.forEach(
                (name, tensor) -> entries.put(name, scale != 1.0 && isScaled(name) ? tensor.mul(scale) : tensor));
        return entries;
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        Map<String, Tensor> trained = new HashMap<>();
        adapter.forEach(
                (name, tensor) -> trained.put(name, isScaled(name) ? tensor.map(value -> value / scale) : tensor));
        return trained;
    }

    /** Whether an entry is multiplied by the scale: those of the second linear layer are. */
    private static boolean isScaled(String name) {
        return AdapterEntry.UP_WEIGHT.matches(name) || AdapterEntry.UP_BIAS.matches(name);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
    }

    @Override
    public String toString() {
        return "BottleneckAdapter(width=" + width + ",position=" + position + ",scale=" + scale + ",layers="
                + firstLayer + "-" + lastLayer + ")";
    }
}
