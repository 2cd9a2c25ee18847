package io.github.tribuopeft.training;

/** Training came to a loss or a gradient that is no number. The message says when, and what to try. */
public class TrainingDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TrainingDivergedException(String what, int epoch, long step, double rate, double headRate) {
        super("Training stopped: the " + what + " is not a finite number at step " + step + " (epoch " + epoch
                + "), learning rate " + rate + ", the head's " + headRate
                + ". Try a lower learning rate, or a lower clipNorm");
    }
}
