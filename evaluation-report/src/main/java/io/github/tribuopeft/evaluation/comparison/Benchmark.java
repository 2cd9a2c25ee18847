package io.github.tribuopeft.evaluation.comparison;

import java.util.List;
import java.util.Map;

/**
 * One task: what is trained and tested on, and how a model of Tribuo's is asked.
 *
 * @param <D> the kind of dataset
 * @param <M> the kind of model
 */
public interface Benchmark<D, M> {

    /** How answers are scored. */
    Scoring scoring();

    /** Number of training examples. */
    int trainingSize();

    /**
     * Training data, a part of it with the same share of each label or entity type if {@code size} is less than all.
     *
     * @param size number of examples, from 2 to {@link #trainingSize}
     * @param seed decides which ones
     */
    D training(int size, long seed);

    /** Chooses the best epoch; null if nothing does. */
    D development();

    /** The test set, as reports show it. */
    List<TestItem> items();

    /** What a model answers for each test item. */
    List<List<String>> answers(M model);

    /** What a model answers for the first test item: wakes up what is loaded when it is first needed. */
    void warmUp(M model);

    /** Returns the size of a model's file in bytes. */
    long bytes(M model);

    /** Where the data comes from, by name. */
    Map<String, String> provenance();
}
