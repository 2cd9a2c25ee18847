package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * One of Tribuo's own trainers in a comparison.
 *
 * @param candidate what is told of it
 * @param trainers makes a trainer of a seed
 * @param training trains with it
 * @param values counts a model's values
 * @param <D> the kind of dataset
 * @param <M> the kind of model
 * @param <T> the kind of trainer
 */
record TribuoCandidate<D, M, T>(
        Candidate candidate, LongFunction<T> trainers, Training<T, D, M> training, ToLongFunction<M> values)
        implements TrainableCandidate<D, M> {

    /** What reports call the kind of these. */
    static final String KIND = "no backbone";

    /** Trains without a development set. */
    interface Training<T, D, M> {
        M train(T trainer, D training);
    }

    @Override
    public String configuration(long seed) {
        return trainers.apply(seed).toString();
    }

    @Override
    public Trained<M> train(D data, D development, long seed) {
        M model = training.train(trainers.apply(seed), data);
        return new Trained<>(model, values.applyAsLong(model), values.applyAsLong(model), List.of(), () -> {});
    }
}
