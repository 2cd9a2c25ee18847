package io.github.tribuopeft;

import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.training.AdaptedBackbone;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Tokenized development set, which chooses the best epoch.
 *
 * @param examples number of examples, 0 without a development set
 * @param sequences their tokens
 * @param expected the expected outputs of each example as text, to distinguish development sets
 * @param metricName name of the metric
 * @param score metric of a training state, higher is better
 */
record ValidationSet(
        int examples,
        List<TokenSequence> sequences,
        List<String> expected,
        String metricName,
        ToDoubleFunction<AdaptedBackbone> score) {

    /** Returns the metric of a training state; null without a development set. */
    ToDoubleFunction<AdaptedBackbone> metric() {
        return examples == 0 ? null : score;
    }
}
