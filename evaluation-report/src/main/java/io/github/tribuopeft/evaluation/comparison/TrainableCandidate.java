package io.github.tribuopeft.evaluation.comparison;

import java.util.List;

/**
 * A contestant that can be trained: any trainer of Tribuo's, with whatever can be told of its models.
 *
 * @param <D> the kind of dataset
 * @param <M> the kind of model
 */
public interface TrainableCandidate<D, M> {

    /** What is told of it. */
    Candidate contestant();

    /** All settings that decide what comes out, as text: a cell is trained again only if this has changed. */
    String configuration(long seed);

    /**
     * Trains a model.
     *
     * @param development chooses the best epoch; null if nothing does
     */
    Trained<M> train(D training, D development, long seed);

    /**
     * A trained model.
     *
     * @param model the model
     * @param trainableValues number of values that were trained; -1 if not known
     * @param storedValues number of values that it keeps; -1 if not known
     * @param epochs how the training went; empty if not told
     * @param release frees what the model holds
     * @param <M> the kind of model
     */
    record Trained<M>(M model, long trainableValues, long storedValues, List<Cell.Epoch> epochs, Runnable release)
            implements AutoCloseable {

        @Override
        public void close() {
            release.run();
        }
    }
}
