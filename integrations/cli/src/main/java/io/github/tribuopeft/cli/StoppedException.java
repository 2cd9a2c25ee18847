package io.github.tribuopeft.cli;

/**
 * Thrown when a signal stopped a training run whose state is kept. The command exits with the code of the signal.
 */
final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final StopSignals signal;

    StoppedException(StopSignals signal, String message) {
        super(message);
        this.signal = signal;
    }

    /** Returns the signal. */
    StopSignals signal() {
        return signal;
    }
}
