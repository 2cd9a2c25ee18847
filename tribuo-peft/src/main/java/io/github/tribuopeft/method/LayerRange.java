package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.ModelDimensions;

/**
 * Range of layers of a method.
 *
 * @param first first layer, from 0
 * @param last last layer, inclusive; -1 for the last layer of the backbone
 */
record LayerRange(int first, int last) {

    LayerRange {
        if (first < 0 || last < -1 || last >= 0 && last < first) {
            throw new PropertyException(
                    "", "firstLayer", "layers " + first + " to " + last + " are not a range of layers");
        }
    }

    /**
     * Returns this range for a backbone, with the index of its last layer instead of -1.
     *
     * @throws IllegalArgumentException if the backbone has fewer layers
     */
    LayerRange of(ModelDimensions dimensions) {
        int end = last < 0 ? dimensions.layers() - 1 : last;
        if (end >= dimensions.layers() || first > end) {
            throw new IllegalArgumentException("The method uses layers " + first + " to " + end
                    + ", but the backbone has layers 0 to " + (dimensions.layers() - 1));
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
