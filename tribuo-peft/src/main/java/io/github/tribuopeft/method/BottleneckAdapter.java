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
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Bottleneck adapters: networks H → m → H with ReLU that are added to the states in each layer,
 *
 * <pre>  y + s (U relu(D x + d) + u),    D [m, H], U [H, m]</pre>
 *
 * with 2 × m × H + m + H values for each. U and u are initialized to zero, so training starts from the outputs of the
 * frozen model.
 */
public final class BottleneckAdapter implements PeftMethod {

    /** Positions of adapters in a layer. */
    public enum Position {
        /** After each of the two sublayers, before the residual is added (Houlsby et al. 2019, arXiv 1902.00751). */
        HOULSBY(BottleneckPlace.ATTENTION, BottleneckPlace.FEEDFORWARD),
        /** After the layer (Pfeiffer et al. 2021, arXiv 2005.00247). */
        PFEIFFER(BottleneckPlace.LAYER),
        /** Parallel to the feed-forward sublayer (He et al. 2022, arXiv 2110.04366). */
        PARALLEL(BottleneckPlace.PARALLEL);

        // Data instead of constants with bodies, which OLCUT cannot read from a provenance.
        private final List<BottleneckPlace> places;

        Position(BottleneckPlace... places) {
            this.places = List.of(places);
        }
    }

    @Config(description = "Width m of the bottleneck, at least 1.")
    private int width = 24;

    @Config(description = "Position of adapters in a layer: HOULSBY, PFEIFFER or PARALLEL.")
    private Position position = Position.PFEIFFER;

    @Config(description = "Factor s of the outputs of adapters, above 0.")
    private double scale = 1.0;

    @Config(description = "First layer with adapters, from 0.")
    private int firstLayer = 0;

    @Config(description = "Last layer with adapters, inclusive; -1 for the last layer of the backbone.")
    private int lastLayer = -1;

    /** Creates adapters of width 24 after every layer. */
    public BottleneckAdapter() {}

    /**
     * Creates adapters in all layers.
     *
     * @param width width of the bottleneck, at least 1
     * @param position position in the layers
     * @param scale factor of the outputs, above 0; He et al. use 4 for parallel adapters
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
            throw new PropertyException("", "width", "the width of an adapter must be at least 1, but is " + width);
        }
        if (!(scale > 0)) {
            throw new PropertyException("", "scale", "the scale of an adapter must be above 0, but is " + scale);
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
    public String description() {
        return "small networks after the sublayers (Houlsby et al., 2019)";
    }

    @Override
    public double defaultLearningRate() {
        return 1e-3;
    }

    @Override
    public int firstLayer(ModelDimensions dimensions) {
        return layers().of(dimensions).first();
    }

    @Override
    public VirtualTokens virtualTokens() {
        return VirtualTokens.NONE;
    }

    @Override
    public Map<String, Tensor> initialize(MethodContext context) {
        return initialize(context.backbone().dimensions(), context.random());
    }

    Map<String, Tensor> initialize(ModelDimensions dimensions, SplittableRandom random) {
        LayerRange range = layers().of(dimensions);
        int hidden = dimensions.hidden();
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
    public Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
        Map<String, NDArray> entries = new HashMap<>();
        trained.forEach((name, tensor) ->
                entries.put(name, scale != 1.0 && isScaled(name) ? Autograd.scale(tensor, scale) : tensor));
        return entries;
    }

    @Override
    public Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        Map<String, Tensor> trained = new HashMap<>();
        adapter.forEach(
                (name, tensor) -> trained.put(name, isScaled(name) ? tensor.map(value -> value / scale) : tensor));
        return trained;
    }

    /** Whether an entry is multiplied by the scale, which is true for those of the second linear layer. */
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
