/**
 * The loop that every method and every head share: batches of similar length, the step, AdamW, the schedule, the choice of the
 * best state, and listeners. It knows tensors by name and asks the method and the head what to do with them.
 */
package io.github.tribuopeft.training;
