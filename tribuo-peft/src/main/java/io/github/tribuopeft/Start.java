package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuopeft.backbone.BackboneSource;

/** Where the model lies that a training goes on from. */
public interface Start extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /**
     * Reads the model, which the caller closes.
     *
     * @param backbone that of the training
     * @throws RuntimeException if there is no model, or it does not fit the backbone; the message says which
     */
    AdaptedModel open(BackboneSource backbone);

    /** SHA-256 of what is read, as lower-case hex, for the provenance of the model that training makes. */
    String sha256();
}
