package io.github.tribuopeft;

/** Receives the progress of predictions for many texts. */
@FunctionalInterface
public interface PredictionListener {

    /**
     * Receives that a batch of texts is complete. Calls for one prediction come one at a time, from any thread.
     *
     * @param predicted number of texts, or windows of long texts, that are complete
     * @param total number of texts or windows of this prediction
     */
    void onBatch(int predicted, int total);
}
