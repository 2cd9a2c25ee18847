package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.training.TrainingListener;
import java.util.Map;
import java.util.Optional;

/** Recorded training run with its rebuilt data. */
interface RecordedRun {

    /** Maximum number of examples on which the predictions of two models are compared. */
    int COMPARED_EXAMPLES = 1000;

    /** Returns the SHA-256 of the training examples. */
    String dataHash();

    /** Returns the SHA-256 of the development examples, or empty without development data. */
    Optional<String> developmentHash();

    /**
     * Trains a model on the rebuilt data.
     *
     * @param trainer the rebuilt trainer
     * @param listener receives the events of this training
     * @param runProvenance instance values that the application added to the recorded training
     * @param invocation the number of the recorded invocation of the trainer
     */
    AdaptedModel train(
            Configurable trainer, TrainingListener listener, Map<String, Provenance> runProvenance, int invocation);

    /**
     * Returns the fraction of examples for which two models predict the same output, in [0, 1]. Predicts the first
     * {@value #COMPARED_EXAMPLES} examples of the development data, or of the training data without development data.
     *
     * @param recorded the recorded model
     * @param retrained the model that was trained again
     * @param backbone the backbone that both models use for these predictions
     * @param device the device of the predictions
     * @param tolerance largest difference of equal numbers
     */
    double agreement(
            AdaptedModel recorded, AdaptedModel retrained, BackboneReference backbone, String device, double tolerance);
}
