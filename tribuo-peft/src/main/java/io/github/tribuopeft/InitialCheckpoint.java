package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuopeft.backbone.BackboneSource;

/** Checkpoint from which training resumes. */
public interface InitialCheckpoint extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /**
     * Reads the model, which the caller closes.
     *
     * @param backbone the backbone of the training run
     * @throws RuntimeException if the model is missing or does not fit the backbone; the message contains the reason
     */
    AdaptedModel open(BackboneSource backbone);

    /** Returns the SHA-256 of the checkpoint in lower-case hex, for the provenance of the trained model. */
    String sha256();
}
