package io.github.tribuopeft.training;

import io.github.tribuopeft.backbone.TokenSequence;

/**
 * Encoded training sequence.
 *
 * @param tokens its tokens
 * @param targets the target of each row that pooling returns for it
 * @param weight factor of the loss of each of its rows
 */
public record TrainingItem(TokenSequence tokens, float[][] targets, float weight) {}
