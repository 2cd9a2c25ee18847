package io.github.tribuopeft.cli;

import java.util.Map;

/**
 * Output of an evaluation.
 *
 * @param metrics all metrics for JSON
 * @param results the task's results
 * @param seconds the time of predicting
 */
record EvaluationOutput(Map<String, Object> metrics, TaskResults results, double seconds) {}
