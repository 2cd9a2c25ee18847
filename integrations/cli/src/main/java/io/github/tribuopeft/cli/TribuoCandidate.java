package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.tribuo.math.la.DenseMatrix;

/**
 * Trainer of Tribuo without a backbone in a comparison. It uses no development set.
 *
 * @param candidate its name, kind and settings
 * @param trainers creates the trainer of a seed
 * @param training trains a model
 * @param parameters counts the parameters of a model
 * @param <D> the type of dataset
 * @param <B> the type of model
 * @param <T> the type of trainer
 */
record TribuoCandidate<D, B, T>(
        Candidate candidate, LongFunction<T> trainers, BiFunction<T, D, B> training, ToLongFunction<B> parameters)
        implements TrainableCandidate<D, B> {

    /** Creates a candidate of this name with the trainer's settings. */
    TribuoCandidate(String name, LongFunction<T> trainers, BiFunction<T, D, B> training, ToLongFunction<B> parameters) {
        this(new Candidate(name, Candidate.NO_BACKBONE, trainers.apply(0).toString()), trainers, training, parameters);
    }

    /** Counts the weights of a linear model, including its biases. */
    static long weights(DenseMatrix weights) {
        return (long) weights.getDimension1Size() * weights.getDimension2Size();
    }

    @Override
    public String configuration(long seed) {
        return trainers.apply(seed).toString();
    }

    @Override
    public Trained<B> train(D data, D development, long seed) {
        B model = training.apply(trainers.apply(seed), data);
        long count = parameters.applyAsLong(model);
        return new Trained<>(model, count, count, List.of(), () -> {});
    }
}
