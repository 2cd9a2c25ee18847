package io.github.tribuopeft.training;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Draws the progress of a training as one line of text, which it replaces with a carriage return:
 *
 * <pre>
 * lora  45% |=========           |  54/120, loss 0.213, macro F1 0.8712, 0:12 left
 * </pre>
 *
 * <p>The line stays below 80 characters for usual names and contains no terminal codes. At the end it is complete and
 * followed by a line end.
 *
 * <pre>{@code
 * trainer.setListener(new TrainingProgressBar(System.err));
 * }</pre>
 *
 * <p>An instance belongs to one training at a time.
 */
public final class TrainingProgressBar implements TrainingListener {

    private static final int WIDTH = 20;
    private static final long INTERVAL = 200_000_000L;

    private final PrintStream out;
    private TrainingStart start;
    private long first;
    private long last;
    private double loss;
    private String metric = "";
    private long began;
    private long drawn;
    private int length;

    /** Creates a bar on a stream, usually {@code System.err} of a program in a terminal. */
    public TrainingProgressBar(PrintStream out) {
        this.out = out;
    }

    @Override
    public void onStart(TrainingStart run, TrainingControl control) {
        start = run;
        first = control.steps();
        last = first;
        loss = Double.NaN;
        metric = "";
        length = 0;
        began = System.nanoTime();
        draw();
    }

    @Override
    public void onStep(TrainingStep step) {
        last = step.step();
        loss = step.loss();
        if (System.nanoTime() - drawn >= INTERVAL) {
            draw();
        }
    }

    @Override
    public void onEpoch(TrainingEpoch epoch) {
        if (!Double.isNaN(epoch.developmentMetric())) {
            metric = String.format(Locale.ROOT, ", %s %.4f", start.metric(), epoch.developmentMetric());
        }
        draw();
    }

    @Override
    public void onEnd(TrainingHistory history) {
        draw();
        out.println();
    }

    private void draw() {
        drawn = System.nanoTime();
        long steps = start.epochs() * start.stepsPerEpoch();
        int full = (int) (WIDTH * last / steps);
        String line = String.format(
                Locale.ROOT,
                "%s %3d%% |%s%s| %d/%d%s%s%s",
                start.method(),
                100 * last / steps,
                "=".repeat(full),
                " ".repeat(WIDTH - full),
                last,
                steps,
                Double.isNaN(loss) ? "" : String.format(Locale.ROOT, ", loss %.3f", loss),
                metric,
                remaining(steps));
        out.print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
        out.flush();
        length = line.length();
    }

    /** Returns the time that the remaining steps take at the pace of this process. */
    private String remaining(long steps) {
        if (last == first || last == steps) {
            return "";
        }
        long seconds = (long) ((drawn - began) / 1e9 * (steps - last) / (last - first));
        return String.format(Locale.ROOT, ", %d:%02d left", seconds / 60, seconds % 60);
    }
}
