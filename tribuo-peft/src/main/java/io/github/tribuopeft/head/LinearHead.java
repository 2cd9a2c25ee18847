package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import org.tribuo.Output;

/**
 * Settings that all heads have: dropout and an optional dense layer before the linear layer.
 *
 * @param <T> the output type
 */
abstract class LinearHead<T extends Output<T>> implements OutputHead<T> {

    @Config(description = "Dropout rate of the inputs of each layer during training, [0, 1).")
    private double dropout = 0.1;

    @Config(description = "Dense layer before the linear layer.")
    private DenseLayer dense = DenseLayer.NONE;

    private LinearHeadLayer layer;

    LinearHead() {
        this.layer = new LinearHeadLayer(dropout, dense);
    }

    LinearHead(double dropout, DenseLayer dense) {
        this.dropout = dropout;
        this.dense = dense;
        this.layer = new LinearHeadLayer(dropout, dense);
    }

    /** Checks the settings. Called by OLCUT. */
    @Override
    public final void postConfig() {
        this.layer = new LinearHeadLayer(dropout, dense);
    }

    @Override
    public final LinearHeadLayer layer() {
        return layer;
    }

    @Override
    public final ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "OutputHead");
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(dropout=" + dropout + ",dense=" + dense + ")";
    }
}
