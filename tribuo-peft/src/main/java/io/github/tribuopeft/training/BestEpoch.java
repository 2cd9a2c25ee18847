package io.github.tribuopeft.training;

import java.util.Optional;

/**
 * Best epoch of a training run so far.
 *
 * @param epoch number of the epoch, from 1
 * @param metric the development metric; negative infinity instead of NaN
 * @param parameters the trained tensors after the epoch
 * @param state the training state after the epoch; empty unless {@link TrainingOptions#keepState()}
 */
public record BestEpoch(int epoch, double metric, ParameterSet parameters, Optional<TrainingState> state) {}
