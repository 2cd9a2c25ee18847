package io.github.tribuopeft.cli;

import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Prints the progress of a training to stderr: a progress bar on a terminal, otherwise one line for each epoch. */
final class ConsoleProgress implements TrainingListener {

    private final PrintStream out;
    private final boolean terminal;
    private ProgressBar bar;
    private String metricName = "metric";
    private String lastMetric = "";

    ConsoleProgress() {
        this(System.err, System.console() != null && System.getenv("TERM") != null);
    }

    ConsoleProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void onStart(TrainingStart start) {
        metricName = start.metric();
        out.printf(
                Locale.ROOT,
                "%s: %,d trainable parameters, %,d in the head, %,d frozen;"
                        + " %,d training examples, %,d development examples%n",
                start.method(),
                start.adapterParameters(),
                start.headParameters(),
                start.backboneParameters(),
                start.examples(),
                start.developmentExamples());
        if (start.truncated() > 0) {
            out.printf(
                    Locale.ROOT, "%,d texts are longer than the model's limit and are truncated%n", start.truncated());
        }
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setTaskName(PrintableOutput.of(start.method()))
                    .setInitialMax(start.epochs() * start.stepsPerEpoch())
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .setUpdateIntervalMillis(200)
                    .build();
        }
    }

    @Override
    public void onStep(TrainingStep step) {
        if (bar != null) {
            bar.stepTo(step.step());
            bar.setExtraMessage(String.format(Locale.ROOT, " loss %.3f%s", step.loss(), lastMetric));
        }
    }

    @Override
    public void onEpoch(TrainingEpoch epoch) {
        if (Double.isFinite(epoch.developmentMetric())) {
            lastMetric = String.format(Locale.ROOT, ", dev %s %.4f", metricName, epoch.developmentMetric());
        }
        if (bar != null) {
            bar.setExtraMessage(String.format(Locale.ROOT, " loss %.3f%s", epoch.trainLoss(), lastMetric));
        } else {
            out.printf(
                    Locale.ROOT,
                    "epoch %d/%d: loss %.4f%s, %.1f s%s%n",
                    epoch.epoch(),
                    epoch.epochs(),
                    epoch.trainLoss(),
                    lastMetric,
                    epoch.seconds(),
                    epoch.best() && !lastMetric.isEmpty() ? " (best so far)" : "");
        }
    }

    @Override
    public void onEnd(TrainingHistory history) {
        if (bar != null) {
            bar.close();
        }
    }
}
