package io.github.tribuopeft;

/**
 * The training thread was interrupted. Training stops after the current step and frees its native memory; the interrupt
 * flag of the thread stays set. The exception contains the model of the best state so far.
 */
public class TrainingInterruptedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient AdaptedModel model;

    TrainingInterruptedException(int epochs, long steps, AdaptedModel model) {
        super("Training was interrupted after " + steps + (steps == 1 ? " step and " : " steps and ") + epochs
                + (epochs == 1 ? " complete epoch" : " complete epochs"));
        this.model = model;
    }

    /**
     * Returns the model of the best epoch so far; without a development set, or in the first epoch, that of the current
     * state. It holds no native memory before its first prediction.
     */
    public AdaptedModel model() {
        return model;
    }
}
