package io.github.tribuopeft.evaluation;

/**
 * Training part and test part of a dataset.
 *
 * @param train training part, never empty
 * @param test test part, never empty
 * @param <D> dataset type
 */
public record TrainTestSplit<D>(D train, D test) {}
