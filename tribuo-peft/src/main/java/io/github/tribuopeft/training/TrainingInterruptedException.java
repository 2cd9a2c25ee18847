package io.github.tribuopeft.training;

/**
 * The training thread was interrupted. Training stops after the current step and frees its native memory; the interrupt
 * flag of the thread stays set.
 */
public class TrainingInterruptedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TrainingInterruptedException(int epoch, long steps) {
        super("Training was interrupted in epoch " + epoch + ", after " + steps + " steps");
    }
}
