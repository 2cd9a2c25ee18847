package io.github.tribuopeft.head;

import java.util.List;

/**
 * Metric that chooses the best epoch on a development set. It compares logits with targets and creates no predictions.
 */
public interface HeadMetric {

    /** Returns the name for reports. */
    String name();

    /**
     * Computes the metric; higher is better.
     *
     * @param logits rows [C]
     * @param targets as many rows of {@link Objective#target}
     */
    double score(List<float[]> logits, List<float[]> targets);
}
