package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Definition of a task: its components, its data files, its metrics and its predictions. The commands are the same for
 * all tasks.
 *
 * @param <D> the type of dataset
 * @param <M> the type of model
 */
interface TaskDefinition<D, M extends AdaptedModel> {

    /** Returns the classes of the task's components. */
    TaskComponents components();

    /** Creates the task's trainer. */
    TaskTrainer<D, M> trainer(TrainerConfiguration configuration, TrainingListener listener);

    /** Returns the model with its own type; empty if it is a model of another task. */
    Optional<M> cast(AdaptedModel model);

    /**
     * Reads a data file.
     *
     * @throws io.github.tribuopeft.data.DataFileException if the file does not contain data of this task
     */
    D read(DataOptions options, Path file) throws IOException;

    /** Returns the names of the model's outputs as they occur in data files: labels, or types of entities. */
    SortedSet<String> outputs(M model);

    /**
     * Checks that a data file contains known outputs only.
     *
     * @param known names of the outputs in the training data
     * @throws io.github.tribuopeft.data.DataFileException if the file contains another output; the message names
     *     the line
     */
    void requireKnownOutputs(DataOptions options, Path file, Collection<String> known) throws IOException;

    /** Predicts for the first example, so that the backbone is loaded. */
    void warmUp(M model, D data);

    /** Evaluates a model on a test set. */
    TaskResults test(M model, D data);

    /** Predicts for texts that are not blank; returns one JSON object for each. */
    List<Map<String, Object>> predict(M model, List<String> texts);

    /**
     * Predicts for sentences that are split into words; returns one JSON object for each.
     *
     * @throws UsageException if the task has texts only
     */
    default List<Map<String, Object>> predictWords(M model, List<List<String>> sentences) {
        throw new UsageException("--input: the file contains words, for models of task ner; expected texts in a .txt,"
                + " .tsv, .csv or .jsonl file");
    }

    /** Returns how the task's methods are compared and reported; empty if they cannot be. */
    default Optional<ComparableTask> comparable() {
        return Optional.empty();
    }
}
