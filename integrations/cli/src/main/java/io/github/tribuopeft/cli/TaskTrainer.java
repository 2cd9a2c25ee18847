package io.github.tribuopeft.cli;

import io.github.tribuopeft.CheckpointPolicy;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Configured trainer, with the operations that the trainers of all tasks have.
 *
 * @param training trains without a development set
 * @param trainingWithDevelopmentSet trains with a development set, the second argument
 * @param checkpoints sets where and how often checkpoints are written
 * @param provenance all settings as text
 * @param description the settings in one line, for reports
 * @param <D> the type of dataset
 * @param <M> the type of model
 */
record TaskTrainer<D, M>(
        Function<D, M> training,
        BiFunction<D, D, M> trainingWithDevelopmentSet,
        Consumer<CheckpointPolicy> checkpoints,
        Supplier<String> provenance,
        String description) {

    /**
     * Trains a model.
     *
     * @param development the development set; null if there is none
     */
    M train(D data, D development) {
        return development == null ? training.apply(data) : trainingWithDevelopmentSet.apply(data, development);
    }
}
