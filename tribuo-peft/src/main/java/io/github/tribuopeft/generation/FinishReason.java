package io.github.tribuopeft.generation;

/** Reason why a generated text ends. */
public enum FinishReason {
    /** The model predicted the end token, or a stop string occurred. */
    STOP,
    /** The text has the maximum number of new tokens. */
    LENGTH,
    /** The listener cancelled the generation. */
    CANCELLED
}
