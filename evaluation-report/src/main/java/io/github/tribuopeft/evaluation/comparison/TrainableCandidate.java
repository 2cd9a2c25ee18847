package io.github.tribuopeft.evaluation.comparison;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Candidate of a comparison with its trainer.
 *
 * @param <D> dataset type
 * @param <M> model type
 */
public interface TrainableCandidate<D, M> {

    /** Returns the description of the candidate. */
    Candidate candidate();

    /** Returns all settings that determine the model, as text. A cell is trained again if this text changes. */
    String configuration(long seed);

    /**
     * Trains a model.
     *
     * @param development data that selects the best epoch, or null
     */
    Trained<M> train(D training, D development, long seed);

    /**
     * Trains a model and writes checkpoints to a directory. A comparison that resumes an unfinished cell calls this
     * method again with the same directory. The default implementation writes no checkpoints.
     *
     * @param development data that selects the best epoch, or null
     * @param checkpoints directory of this training run, which may not exist yet; it is deleted when the cell is finished
     */
    default Trained<M> train(D training, D development, long seed, Path checkpoints) {
        return train(training, development, seed);
    }

    /**
     * Trained model.
     *
     * @param model the model
     * @param trainableValues number of trained values; -1 if unknown
     * @param storedValues number of values in the model; -1 if unknown
     * @param epochs epochs of the training run; empty if the trainer does not report them
     * @param record the provenance of the model as JSON, which is kept next to the finished cell; may be empty
     * @param release releases the resources of the model
     * @param <M> model type
     */
    record Trained<M>(
            M model,
            long trainableValues,
            long storedValues,
            List<Cell.Epoch> epochs,
            Optional<String> record,
            Runnable release)
            implements AutoCloseable {

        /** Creates a model without a record. */
        public Trained(M model, long trainableValues, long storedValues, List<Cell.Epoch> epochs, Runnable release) {
            this(model, trainableValues, storedValues, epochs, Optional.empty(), release);
        }

        @Override
        public void close() {
            release.run();
        }
    }
}
