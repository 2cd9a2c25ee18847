/**
 * The training loop that all methods, heads and tasks share: batches of similar length, forward and backward pass,
 * AdamW, learning rate schedule, choice of the best epoch, and listeners.
 */
package io.github.tribuopeft.training;
