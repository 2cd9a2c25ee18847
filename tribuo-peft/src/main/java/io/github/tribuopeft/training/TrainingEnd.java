package io.github.tribuopeft.training;

/** Reason why a training run ended. */
public enum TrainingEnd {
    /** All epochs were trained, or the patience of the options was exhausted. */
    COMPLETED,
    /** A listener stopped the run. */
    STOPPED,
    /** The thread was interrupted. */
    INTERRUPTED
}
