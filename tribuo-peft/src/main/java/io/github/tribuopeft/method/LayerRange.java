package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.ModelDimensions;

/**
 * A range of layers that a method works in.
 *
 * @param first the first layer, from 0
 * @param last the last layer, included; -1 for the backbone's last
 */
record LayerRange(int first, int last) {

    LayerRange {
        if (first < 0 || last < -1 || last >= 0 && last < first) {
            throw new PropertyException(
                    "", "firstLayer", "layers " + first + " to " + last + " are no range of layers");
        }
    }

    /**
     * The range in a backbone of this shape, with a last layer that is one.
     *
     * @throws IllegalArgumentException if the backbone has fewer layers
     */
    LayerRange in(ModelDimensions shape) {
        int end = last < 0 ? shape.layers() - 1 : last;
        if (end >= shape.layers() || first > end) {
            throw new IllegalArgumentException("The method is set to layers " + first + " to " + end
                    + ", but the backbone has layers 0 to " + (shape.layers() - 1));
        }
        return new LayerRange(first, end);
    }

    int count() {
        return last - first + 1;
    }

    boolean contains(int layer) {
        return layer >= first && (last < 0 || layer <= last);
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
