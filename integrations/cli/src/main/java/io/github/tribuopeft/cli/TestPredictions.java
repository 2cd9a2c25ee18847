package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.Evaluation;
import java.util.List;
import java.util.Map;

/**
 * Predictions for a test set.
 *
 * @param scoring how the predictions are scored
 * @param items the test set
 * @param predictions the outputs that the model predicted for each item
 * @param probabilities the probabilities of each output of an item by name; empty if the model has none
 * @param baseline predictions that do not depend on the texts
 * @param source description of the test data's source
 */
record TestPredictions(
        Scoring scoring,
        List<TestItem> items,
        List<List<String>> predictions,
        List<List<Map<String, Double>>> probabilities,
        Evaluation.Baseline baseline,
        String source) {}
