package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.List;
import java.util.Map;

/**
 * Predictions of one model for a test set, with the other content of their report.
 *
 * @param title title of the report
 * @param model name of the model
 * @param scoring scoring of the predictions
 * @param items test items, at least one
 * @param predictions predictions in the order of the items
 * @param probabilities probabilities of the possible values by name, for each item and each of its outputs: one map for
 *     a text, one for each word of a sentence; empty if the model has no probabilities
 * @param baseline prediction that does not depend on the input
 * @param header facts at the top of the report, by name
 * @param provenance information needed to repeat the evaluation, by name
 */
public record Evaluation(
        String title,
        String model,
        Scoring scoring,
        List<TestItem> items,
        List<List<String>> predictions,
        List<List<Map<String, Double>>> probabilities,
        Baseline baseline,
        Map<String, String> header,
        Map<String, String> provenance) {

    /**
     * Baseline whose prediction does not depend on the input, such as the most frequent label.
     *
     * @param name name, such as {@code most frequent label of the training data, ENTY}
     * @param predictions predictions in the order of the items
     */
    public record Baseline(String name, List<List<String>> predictions) {}
}
