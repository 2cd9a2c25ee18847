package io.github.tribuopeft.evaluation.report;

/**
 * Decision of a model with its probability.
 *
 * @param probability probability that the model gives to it, in [0, 1]
 * @param correct whether it is correct
 */
record Decision(double probability, boolean correct) {}
