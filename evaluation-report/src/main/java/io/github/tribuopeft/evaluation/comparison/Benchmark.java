package io.github.tribuopeft.evaluation.comparison;

import java.util.List;
import java.util.Map;

/**
 * Task of a comparison: its training, development and test data, and how its models predict.
 *
 * @param <D> dataset type
 * @param <M> model type
 */
public interface Benchmark<D, M> {

    /** Returns the scoring of predictions. */
    Scoring scoring();

    /** Returns the number of training examples. */
    int trainingSize();

    /**
     * Returns training data. A smaller size gives a stratified sample by label or entity type.
     *
     * @param size number of examples, in [2, {@link #trainingSize}]
     * @param seed seed of the sample
     */
    D training(int size, long seed);

    /** Returns the data that selects the best epoch, or null if there is none. */
    D development();

    /** Returns the test items. */
    List<TestItem> items();

    /** Returns the predictions of a model for each test item. */
    List<List<String>> predict(M model);

    /** Predicts the first test item, so that {@link #predict} is measured without one-time initialization. */
    void warmUp(M model);

    /** Returns the size of the model's file in bytes. */
    long modelBytes(M model);

    /** Returns descriptions of the data by name. */
    Map<String, String> provenance();
}
