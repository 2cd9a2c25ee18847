package io.github.tribuopeft;

import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingEnd;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Writes checkpoints of a run when they are due, and at its end. If the disk is full, training continues with the
 * checkpoints that exist, and the next write is tried when it is due.
 */
final class CheckpointWriter implements TrainingListener {

    private static final Logger LOGGER = Logger.getLogger(CheckpointWriter.class.getName());

    private final CheckpointDirectory directory;
    private final CheckpointPolicy.Interval interval;
    private final RunIdentity identity;
    private TrainingControl control;
    private long stepsWritten;
    private long began;

    CheckpointWriter(CheckpointDirectory directory, CheckpointPolicy.Interval interval, RunIdentity identity) {
        this.directory = directory;
        this.interval = interval;
        this.identity = identity;
    }

    @Override
    public void onStart(TrainingStart start, TrainingControl ofRun) {
        control = ofRun;
        stepsWritten = ofRun.steps();
        began = System.nanoTime();
    }

    @Override
    public void onStep(TrainingStep step) {
        writeIfDue();
    }

    @Override
    public void onEpoch(TrainingEpoch epoch) {
        writeIfDue();
    }

    private void writeIfDue() {
        if (interval.isDue(control.steps() - stepsWritten, Duration.ofNanos(System.nanoTime() - began))) {
            try {
                write();
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "Training continues without a new checkpoint: " + e.getMessage());
            }
        }
    }

    /**
     * {@inheritDoc} A run that was stopped continues from its last checkpoint, so it fails if that cannot be written. A
     * complete run has its model.
     */
    @Override
    public void onEnd(TrainingHistory history) {
        try {
            write();
        } catch (IOException e) {
            if (history.end() != TrainingEnd.COMPLETED) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
            LOGGER.log(Level.WARNING, e, e::getMessage);
        }
    }

    private void write() throws IOException {
        stepsWritten = control.steps();
        began = System.nanoTime();
        directory.write(new CheckpointFile(identity, control.snapshot()), stepsWritten);
    }
}
