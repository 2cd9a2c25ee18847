package io.github.tribuopeft.training;

import java.util.Optional;

/**
 * Best epoch of a training run so far.
 *
 * @param epoch its number, from 1
 * @param metric its development metric; negative infinity if that was NaN
 * @param parameters the trained tensors after it
 * @param state the training state after it; empty unless the options keep it
 */
public record BestEpoch(int epoch, double metric, ParameterSet parameters, Optional<TrainingState> state) {}
