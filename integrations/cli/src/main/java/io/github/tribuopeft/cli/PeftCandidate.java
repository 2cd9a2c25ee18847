package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.CheckpointPolicy;
import io.github.tribuopeft.ProvenanceFile;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.training.TrainingHistory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Parameter-efficient method in a comparison.
 *
 * @param candidate its name, kind and settings
 * @param trainers creates the trainer of a seed
 * @param asTribuoModel returns a model as a Tribuo model
 * @param stop the stop of the training runs by a signal
 * @param <D> the type of dataset
 * @param <M> the type of adapted model
 * @param <B> the type of Tribuo model
 */
record PeftCandidate<D, M extends AdaptedModel, B>(
        Candidate candidate, LongFunction<TaskTrainer<D, M>> trainers, Function<M, B> asTribuoModel, SignalStop stop)
        implements TrainableCandidate<D, B> {

    @Override
    public String configuration(long seed) {
        return trainers.apply(seed).provenance().get();
    }

    @Override
    public Trained<B> train(D training, D development, long seed) {
        return train(trainers.apply(seed), training, development);
    }

    @Override
    public Trained<B> train(D training, D development, long seed, Path checkpoints) {
        TaskTrainer<D, M> trainer = trainers.apply(seed);
        trainer.checkpoints().accept(CheckpointPolicy.in(checkpoints).resume());
        return train(trainer, training, development);
    }

    private Trained<B> train(TaskTrainer<D, M> trainer, D training, D development) {
        M model = trainer.train(training, development);
        TrainingHistory history = model.history().orElseThrow();
        stop.requireNoSignal(history);
        return new Trained<>(
                asTribuoModel.apply(model),
                history.start().adapterParameters() + history.start().headParameters(),
                model.adapterParameters() + model.headParameters(),
                epochs(history),
                Optional.of(ProvenanceFile.json(model.getProvenance())),
                model::close);
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
