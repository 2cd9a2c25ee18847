package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.card.ModelCard;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import java.util.Map;

/**
 * What an evaluation found.
 *
 * @param figures for JSON
 * @param card the model's card with the test figures
 * @param result the same for a report, answers included
 */
record EvaluationOutput(Map<String, Object> figures, ModelCard card, ComparisonResult result) {}
