package io.github.tribuopeft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Directory and frequency of the checkpoints of one training run. A checkpoint contains everything from which the run
 * continues after its process ended: the resumed run gives the same model, to the bit, with the same provenance.
 *
 * <pre>{@code
 * trainer.setCheckpoints(CheckpointPolicy.in(Path.of("run")).every(Duration.ofMinutes(5)).resume());
 * }</pre>
 *
 * <p>A checkpoint is written when it is due, when training is stopped or interrupted, and at the end. It contains four
 * values for each trained parameter, and four more if a development set chose an earlier epoch and the options keep the
 * training state. The checkpoints stay after training.
 *
 * <p>A directory belongs to one run: it must be empty, or contain checkpoints of the same settings, data, backbone and
 * invocation count. Only one process can use it at a time.
 *
 * @param directory the directory, created if missing
 * @param interval steps or time between two checkpoints
 * @param keep number of checkpoints to keep, at least 1; older ones are deleted
 * @param resumes whether the run continues from the newest checkpoint in the directory; without one it starts from the
 *     beginning
 */
public record CheckpointPolicy(Path directory, Interval interval, int keep, boolean resumes) {

    private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);

    /** Steps or time between two checkpoints. */
    public sealed interface Interval {

        /**
         * Returns whether a checkpoint is due.
         *
         * @param steps number of steps since the last one
         * @param time time since the last one
         */
        boolean isDue(long steps, Duration time);
    }

    /** Number of steps between two checkpoints, at least 1. */
    public record Steps(long count) implements Interval {

        public Steps {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "The number of steps between two checkpoints must be at least 1, but is " + count);
            }
        }

        @Override
        public boolean isDue(long steps, Duration time) {
            return steps >= count;
        }
    }

    /** Time between two checkpoints, above 0. */
    public record Time(Duration duration) implements Interval {

        public Time {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(
                        "The time between two checkpoints must be above 0, but is " + duration);
            }
        }

        @Override
        public boolean isDue(long steps, Duration time) {
            return time.compareTo(duration) >= 0;
        }
    }

    /** @throws IllegalArgumentException if {@code keep} is less than 1 */
    public CheckpointPolicy {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(interval, "interval");
        if (keep < 1) {
            throw new IllegalArgumentException("The number of checkpoints to keep must be at least 1, but is " + keep);
        }
    }

    /** Returns the policy of a run that starts from the beginning: a checkpoint every minute, of which two are kept. */
    public static CheckpointPolicy in(Path directory) {
        return new CheckpointPolicy(directory, new Time(DEFAULT_INTERVAL), 2, false);
    }

    /** Returns a policy with a number of steps between two checkpoints. */
    public CheckpointPolicy everySteps(long steps) {
        return new CheckpointPolicy(directory, new Steps(steps), keep, resumes);
    }

    /** Returns a policy with a time between two checkpoints. */
    public CheckpointPolicy every(Duration time) {
        return new CheckpointPolicy(directory, new Time(time), keep, resumes);
    }

    /** Returns a policy that keeps a number of checkpoints. */
    public CheckpointPolicy keep(int count) {
        return new CheckpointPolicy(directory, interval, count, resumes);
    }

    /** Returns a policy whose run continues from the newest checkpoint in the directory. */
    public CheckpointPolicy resume() {
        return new CheckpointPolicy(directory, interval, keep, true);
    }
}
