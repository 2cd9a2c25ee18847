package io.github.tribuopeft.cli;

import io.github.tribuopeft.PredictionListener;
import io.github.tribuopeft.training.ProgressLine;
import java.util.List;
import java.util.Optional;

/** Progress bar of predictions on a terminal, which is removed at the end. */
final class PredictionProgress implements PredictionListener, AutoCloseable {

    private final String command;
    private final Optional<ProgressLine> bar;

    PredictionProgress(String command, Optional<ProgressLine> bar) {
        this.command = command;
        this.bar = bar;
    }

    @Override
    public void onBatch(int predicted, int total) {
        if (total > 1) { // the first prediction, which loads the backbone, is one text
            bar.ifPresent(line -> line.show(command, predicted, total, List.of(predicted + "/" + total)));
        }
    }

    @Override
    public void close() {
        bar.ifPresent(ProgressLine::clear);
    }
}
