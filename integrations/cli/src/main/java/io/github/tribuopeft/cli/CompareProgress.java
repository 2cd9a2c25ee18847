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

/** Shows a comparison on stderr: a bar over all cells on a terminal, a line for each cell elsewhere. */
final class CompareProgress implements ComparisonListener, TrainingListener {

    /** Parts of a cell that the bar moves by. */
    private static final int PARTS = 100;

    private final PrintStream out;
    private final boolean terminal;
    private ProgressBar bar;
    private int done;
    private int cells;
    private String now = "";

    CompareProgress() {
        this(System.err, System.console() != null && System.getenv("TERM") != null);
    }

    CompareProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void onStart(int all, int kept) {
        cells = all;
        out.printf(Locale.ROOT, "%d trainings, of which %d are finished already%n", all, kept);
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setTaskName("compare")
                    .setInitialMax((long) PARTS * all)
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
        now = PrintableOutput.of(key.toString());
        if (bar != null) {
            bar.setExtraMessage(" " + now);
        }
    }

    @Override
    public void onStep(TrainingStep step) {
        if (bar != null) {
            bar.stepTo((long) PARTS * done + PARTS * step.step() / step.steps());
            bar.setExtraMessage(String.format(Locale.ROOT, " %s: epoch %d, loss %.3f", now, step.epoch(), step.loss()));
        }
    }

    @Override
    public void onCellEnd(Cell cell) {
        done++;
        if (bar != null) {
            bar.stepTo((long) PARTS * done);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%d/%d %s: %s, %.1f s%n",
                    done,
                    cells,
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
