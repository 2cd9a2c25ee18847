package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.training.TrainingListener;
import java.util.Map;
import java.util.Optional;

/** Training run that is repeated on rebuilt data. */
interface RecordedRun {

    /** Maximum number of examples that are predicted by both models. */
    int COMPARED_EXAMPLES = 1000;

    /** Returns the hash of the training examples. */
    String dataHash();

    /** Returns the hash of the development examples; empty without a development set. */
    Optional<String> developmentHash();

    /** Trains with a rebuilt trainer. */
    AdaptedModel train(
            Configurable trainer, TrainingListener listener, Map<String, Provenance> runProvenance, int invocation);

    /**
     * Returns the share of examples for which two models predict the same, on the development set or else on the training
     * set.
     *
     * @param backbone the backbone of the second model, which both use
     * @param device the device of the predictions
     * @param tolerance largest difference of equal numbers
     */
    double agreement(
            AdaptedModel recorded, AdaptedModel found, BackboneReference backbone, String device, double tolerance);
}
