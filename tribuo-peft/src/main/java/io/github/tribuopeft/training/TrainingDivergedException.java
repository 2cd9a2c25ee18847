package io.github.tribuopeft.training;

/**
 * A loss, gradient or tensor of a training run is NaN or infinite. The message contains the step and the learning
 * rates.
 */
public class TrainingDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TrainingDivergedException(String what, int epoch, long step, TrainingPlan.Rates rates) {
        super("Training stopped: the " + what + " is not a finite number at step " + step + " (epoch " + epoch
                + "), learning rate " + rates.method() + ", the head's " + rates.head()
                + ". Try a lower learning rate, or a lower clipNorm");
    }
}
