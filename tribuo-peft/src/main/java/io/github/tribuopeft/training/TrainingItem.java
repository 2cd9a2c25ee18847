package io.github.tribuopeft.training;

import io.github.tribuopeft.backbone.TokenSequence;

/**
 * Encoded training sequence.
 *
 * @param tokens the tokens of the sequence
 * @param targets the target row [K] for each row that pooling returns for the sequence
 * @param weight factor of the loss of each of these rows
 */
public record TrainingItem(TokenSequence tokens, float[][] targets, float weight) {}
