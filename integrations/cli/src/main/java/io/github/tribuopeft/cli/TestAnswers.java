package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.List;

/**
 * Predictions for a test set.
 *
 * @param scoring how the predictions are scored
 * @param items the test set
 * @param predictions the labels or tags that the model predicted for each item
 * @param source description of the test data's source
 */
record TestAnswers(Scoring scoring, List<TestItem> items, List<List<String>> predictions, String source) {}
