package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuopeft.engine.Tensor;
import java.util.List;

/** Initializer of the keys and values of a prefix. */
public interface PrefixInitializer extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /**
     * Returns the keys and values of every layer of the backbone.
     *
     * @param count number of virtual tokens P
     * @return key and value of layer 0, key and value of layer 1, …, each [1, K, P, D]
     */
    List<Tensor> keysAndValues(int count, MethodContext context);
}
