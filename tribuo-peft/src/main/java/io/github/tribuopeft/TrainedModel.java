package io.github.tribuopeft;

import io.github.tribuopeft.training.TrainingHistory;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.provenance.ModelProvenance;

/**
 * Result of a training run, of which a model is created.
 *
 * @param provenance provenance of the model
 * @param outputs the output domain
 * @param state the state of the model
 * @param history record of the run
 */
record TrainedModel<T extends Output<T>>(
        ModelProvenance provenance, ImmutableOutputInfo<T> outputs, ModelState<T> state, TrainingHistory history) {

    /** Returns the options with which the model runs in this process: those of the training. */
    InferenceOptions options() {
        return InferenceOptions.DEFAULT.withDevice(state.device());
    }
}
