package io.github.tribuopeft.training;

import io.github.tribuopeft.backbone.TokenSequence;

/**
 * One sequence to learn from.
 *
 * @param tokens its tokens
 * @param targets for each row that the readout makes of it, what the head is told of its output
 * @param weight factor of the loss of each of its rows
 */
public record TrainingItem(TokenSequence tokens, float[][] targets, float weight) {}
