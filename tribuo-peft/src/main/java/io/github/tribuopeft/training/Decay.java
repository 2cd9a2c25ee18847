package io.github.tribuopeft.training;

/** How a learning rate goes down, from the whole of it to nothing. */
public enum Decay {
    /** Not at all. */
    CONSTANT {
        @Override
        double factor(double progress) {
            return 1.0;
        }
    },
    /** In a straight line. */
    LINEAR {
        @Override
        double factor(double progress) {
            return 1.0 - progress;
        }
    },
    /** Along half a cosine. */
    COSINE {
        @Override
        double factor(double progress) {
            return 0.5 * (1.0 + Math.cos(Math.PI * progress));
        }
    };

    /** The factor at a progress from 0 to 1. */
    abstract double factor(double progress);
}
