package io.github.tribuopeft.training;

/**
 * Exception for a training run whose loss, gradient or parameters are NaN or infinite. The message contains the step
 * and the learning rates.
 */
public class TrainingDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private TrainingDivergedException(String message) {
        super(message);
    }

    /**
     * Returns the exception for a value that is not finite in a step. In the first step, the learning rates cannot be
     * the reason, since no parameter has changed yet.
     *
     * @param what the name of the value, such as {@code loss}
     * @param epoch number of the epoch, from 1
     * @param step number of the step, from 1
     * @param rates the learning rates of the step
     */
    static TrainingDivergedException inStep(String what, int epoch, long step, TrainingPlan.Rates rates) {
        return step > 1
                ? afterUpdate(what, epoch, step, rates)
                : new TrainingDivergedException(
                        "Training stopped: the " + what + " is not a finite number at step 1 (epoch 1)."
                                + " No parameter has changed yet, so an example's weight, the backbone or the initial parameters"
                                + " are too large for the precision");
    }

    /** Returns the exception for a value that is not finite after the parameters have changed. */
    static TrainingDivergedException afterUpdate(String what, int epoch, long step, TrainingPlan.Rates rates) {
        return new TrainingDivergedException("Training stopped: the " + what + " is not a finite number at step " + step
                + " (epoch " + epoch + "), learning rate " + rates.method() + ", the head's " + rates.head()
                + ". Try a lower learning rate, or a lower clipNorm");
    }
}
