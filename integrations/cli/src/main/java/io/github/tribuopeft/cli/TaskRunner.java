package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.evaluation.comparison.Benchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What the commands do, for one task. */
interface TaskRunner {

    /**
     * Trains a model.
     *
     * @param development null for a held-out part of the training data
     */
    AdaptedModel train(TrainerOptions options, Data data, Path train, Path development, TrainingListener listener)
            throws IOException;

    /** Reads a model. */
    AdaptedModel model(Path file);

    /** Measures a model on labelled data, prints what a person reads, and gives the figures for JSON and for a card. */
    EvaluationOutput evaluate(Path model, Data data, Path file) throws IOException;

    /**
     * Competitors and what they compete on.
     *
     * @param development null for held-out parts of the training data
     * @param listener hears of each tuning
     */
    Field<?, ?> field(
            Candidates contenders, Data data, Path train, Path development, Path test, TrainingListener listener)
            throws IOException;

    /**
     * What a comparison needs of a task.
     *
     * @param benchmark the data
     * @param competitors who competes
     * @param <D> the kind of dataset
     * @param <M> the kind of model
     */
    record Field<D, M>(Benchmark<D, M> benchmark, List<TrainableCandidate<D, M>> competitors) {}

    /** Number of texts that are predicted at once. Their lines are printed before the next ones are begun. */
    int PART = 256;

    /** Predicts for texts and prints a JSON object for each. */
    void predict(Path model, List<String> texts, PrintStream out) throws IOException;

    /** Cuts a list into parts of {@link #PART} elements. */
    static <E> List<List<E>> parts(List<E> all) {
        return IntStream.iterate(0, begin -> begin < all.size(), begin -> begin + PART)
                .mapToObj(begin -> all.subList(begin, Math.min(begin + PART, all.size())))
                .toList();
    }

    /** Reads a model file, and makes a fault of it a user's. */
    static <M> M open(Path file, Reader<M> reader) {
        try {
            return reader.read(file);
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** Reads a model file. */
    @FunctionalInterface
    interface Reader<M> {
        M read(Path file) throws IOException;
    }
}
