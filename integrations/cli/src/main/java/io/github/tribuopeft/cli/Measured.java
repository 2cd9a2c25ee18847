package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.card.ModelCard;
import java.util.Map;

/**
 * What an evaluation found.
 *
 * @param figures for JSON
 * @param card the model's card with the test figures
 */
record Measured(Map<String, Object> figures, ModelCard card) {}
