package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.training.TrainingHistory;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * A tuned backbone in a comparison.
 *
 * @param <D> the kind of dataset
 * @param <M> the kind of Tribuo model
 * @param <P> the same model, as what it is
 */
final class PeftCandidate<D, M, P extends AdaptedModel> implements TrainableCandidate<D, M> {

    private final Candidate candidate;
    private final LongFunction<Training<D, P>> trainers;
    private final Function<P, M> model;

    /**
     * A trainer of one seed.
     *
     * @param <D> the kind of dataset
     * @param <P> the kind of model
     */
    interface Training<D, P> {

        /** Trains; {@code development} may be null. */
        P train(D training, D development);

        /** All settings. */
        String settings();
    }

    /**
     * A competitor.
     *
     * @param trainers makes a trainer of a seed
     * @param model sees a tuned model as a Tribuo model
     */
    PeftCandidate(Candidate candidate, LongFunction<Training<D, P>> trainers, Function<P, M> model) {
        this.candidate = candidate;
        this.trainers = trainers;
        this.model = model;
    }

    @Override
    public Candidate candidate() {
        return candidate;
    }

    @Override
    public String configuration(long seed) {
        return trainers.apply(seed).settings();
    }

    @Override
    public Trained<M> train(D training, D development, long seed) {
        P tuned = trainers.apply(seed).train(training, development);
        TrainingHistory history = tuned.history().orElseThrow();
        return new Trained<>(
                model.apply(tuned),
                history.start().adapterParameters() + history.start().headParameters(),
                tuned.adapterParameters() + tuned.headParameters(),
                epochs(history),
                tuned::close);
    }

    private static List<Cell.Epoch> epochs(TrainingHistory history) {
        return history.epochs().stream()
                .map(epoch -> new Cell.Epoch(
                        epoch.epoch(),
                        epoch.seconds(),
                        epoch.trainLoss(),
                        epoch.developmentMetric(),
                        epoch.epoch() == history.bestEpoch()))
                .toList();
    }
}
