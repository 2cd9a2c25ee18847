package io.github.tribuopeft.training;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * Shows the progress of a training run in the last line of a terminal; see {@link ProgressLine}:
 *
 * <pre>
 * lora  45% |=========           | 0:12 left, 54/120, loss 0.213, macro F1 0.8712
 * </pre>
 *
 * <p>At the end of the run, the bar is drawn once more and followed by a line break.
 *
 * <pre>{@code
 * trainer.setListener(new TrainingProgressBar(System.err));
 * }</pre>
 *
 * <p>An instance belongs to one training run at a time.
 */
public final class TrainingProgressBar implements TrainingListener {

    private static final int DEFAULT_COLUMNS = 80;

    private final PrintStream out;
    private final IntSupplier columns;
    private ProgressLine line;
    private TrainingStart start;
    private long steps;
    private double loss;
    private String metric;

    /** Creates a bar on a stream, usually {@code System.err} of a program in a terminal of 80 columns. */
    public TrainingProgressBar(PrintStream out) {
        this(out, () -> DEFAULT_COLUMNS);
    }

    /**
     * Creates a bar on a stream.
     *
     * @param columns returns the present width of the terminal in characters
     */
    public TrainingProgressBar(PrintStream out, IntSupplier columns) {
        this.out = out;
        this.columns = columns;
    }

    @Override
    public void onStart(TrainingStart run, TrainingControl control) {
        line = new ProgressLine(out, columns);
        start = run;
        steps = control.steps();
        loss = Double.NaN;
        metric = "";
        draw();
    }

    @Override
    public void onStep(TrainingStep step) {
        steps = step.step();
        loss = step.loss();
        draw();
    }

    @Override
    public void onEpoch(TrainingEpoch epoch) {
        DevelopmentScore.of(start, epoch).ifPresent(score -> metric = score.toString());
        draw();
    }

    @Override
    public void onEnd(TrainingHistory history) {
        line.end();
    }

    private void draw() {
        long all = start.epochs() * start.stepsPerEpoch();
        List<String> details = new ArrayList<>();
        details.add(steps + "/" + all);
        if (!Double.isNaN(loss)) {
            details.add(String.format(Locale.ROOT, "loss %.3f", loss));
        }
        if (!metric.isEmpty()) {
            details.add(metric);
        }
        line.show(start.method(), steps, all, details);
    }
}
