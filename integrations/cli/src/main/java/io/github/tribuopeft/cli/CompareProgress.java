package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonListener;
import io.github.tribuopeft.training.TrainingListener;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Prints the progress of a comparison to stderr: a progress bar on a terminal, otherwise one line for each training.
 */
final class CompareProgress implements ComparisonListener, TrainingListener {

    /** Steps of the progress bar for each training. */
    private static final int STEPS = 100;

    private final PrintStream out;
    private final boolean terminal;
    private ProgressBar bar;
    private int finished;
    private int trainings;
    private String current = "";

    CompareProgress() {
        this(System.err, System.console() != null && System.getenv("TERM") != null);
    }

    CompareProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void onStart(int all, int kept) {
        trainings = all;
        out.printf(Locale.ROOT, "%d trainings, of which %d are finished already%n", all, kept);
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setTaskName("compare")
                    .setInitialMax((long) STEPS * all)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUpdateIntervalMillis(500)
                    .build();
        }
    }

    @Override
    public void onDamagedCell(Cell.Key key, Path file, String damage) {
        out.println("peft: note: " + file + " is damaged and is replaced, " + key + " is trained again: "
                + damage.replaceAll("\\s+", " "));
    }

    @Override
    public void onCellStart(Cell.Key key) {
        current = PrintableOutput.of(key.toString());
        if (bar != null) {
            bar.setExtraMessage(" " + current);
        }
    }

    @Override
    public void onStep(TrainingStep step) {
        if (bar != null) {
            bar.stepTo((long) STEPS * finished + STEPS * step.step() / step.steps());
            bar.setExtraMessage(
                    String.format(Locale.ROOT, " %s: epoch %d, loss %.3f", current, step.epoch(), step.loss()));
        }
    }

    @Override
    public void onCellEnd(Cell cell) {
        finished++;
        if (bar != null) {
            bar.stepTo((long) STEPS * finished);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%d/%d %s: %s, %.1f s%n",
                    finished,
                    trainings,
                    cell.key(),
                    cell.metrics().entrySet().stream()
                            .findFirst()
                            .map(metric -> String.format(Locale.ROOT, "%s %.4f", metric.getKey(), metric.getValue()))
                            .orElse(""),
                    cell.costs().trainSeconds());
        }
    }

    @Override
    public void onEnd() {
        if (bar != null) {
            bar.close();
        }
    }
}
