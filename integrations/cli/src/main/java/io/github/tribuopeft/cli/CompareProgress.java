package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonListener;
import io.github.tribuopeft.training.ProgressLine;
import io.github.tribuopeft.training.TrainingListener;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Prints the progress of a comparison to the error output: one line for each model and, on a terminal, a progress bar
 * below them.
 */
final class CompareProgress implements ComparisonListener, TrainingListener {

    /** Steps of the progress bar for each model. */
    private static final int STEPS = 100;

    private final boolean oneSize;
    private final PrintStream out;
    private final Optional<ProgressLine> bar;
    private int finished;
    private int models;
    private String current = "";

    /**
     * Creates the progress of a comparison.
     *
     * @param sizes the numbers of training examples that are compared; a single one is not printed with each model
     */
    CompareProgress(List<String> sizes) {
        this(sizes, System.err, Terminal.progressLine());
    }

    CompareProgress(List<String> sizes, PrintStream out, Optional<ProgressLine> bar) {
        this.oneSize = sizes.size() == 1;
        this.out = out;
        this.bar = bar;
    }

    @Override
    public void onStart(int all, int kept) {
        models = all;
        print(Counted.of(all, "model", "models") + " to train" + (kept == 0 ? "" : ", " + kept + " of them finished"));
    }

    @Override
    public void onDamagedCell(Cell.Key key, Path file, String damage) {
        print("peft: note: " + file + " is damaged and is replaced, " + key + " is trained again: "
                + damage.replaceAll("\\s+", " "));
    }

    @Override
    public void onCellStart(Cell.Key key) {
        current = PrintableOutput.of(name(key));
        show(0, List.of(finished + 1 + "/" + models, current));
    }

    @Override
    public void onStep(TrainingStep step) {
        if (bar.isPresent()) {
            show(
                    STEPS * step.step() / step.steps(),
                    List.of(
                            finished + 1 + "/" + models,
                            current,
                            "epoch " + step.epoch(),
                            String.format(Locale.ROOT, "loss %.3f", step.loss())));
        }
    }

    private void show(long ofCurrent, List<String> details) {
        bar.ifPresent(
                line -> line.show("compare", (long) STEPS * finished + ofCurrent, (long) STEPS * models, details));
    }

    @Override
    public void onCellEnd(Cell cell) {
        finished++;
        print(String.format(
                Locale.ROOT,
                "%d/%d %s: %s, %.1f s",
                finished,
                models,
                name(cell.key()),
                cell.metrics().entrySet().stream()
                        .findFirst()
                        .map(metric -> String.format(Locale.ROOT, "%s %.4f", metric.getKey(), metric.getValue()))
                        .orElse(""),
                cell.costs().trainSeconds()));
    }

    private String name(Cell.Key key) {
        return oneSize ? key.candidate() + ", seed " + key.seed() : key.toString();
    }

    private void print(String line) {
        bar.ifPresentOrElse(
                below -> below.println(Terminal.wrappedToWidth(PrintableOutput.of(line))), () -> out.println(line));
    }

    @Override
    public void onEnd() {
        bar.ifPresent(ProgressLine::clear);
    }
}
