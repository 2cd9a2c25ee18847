package io.github.tribuopeft.cli;

import io.github.tribuopeft.training.DevelopmentScore;
import io.github.tribuopeft.training.ProgressLine;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Prints the progress of a training run to the error output: one line for each epoch and, on a terminal, a progress bar
 * below them.
 */
final class ConsoleProgress implements TrainingListener {

    private final PrintStream out;
    private final Optional<ProgressLine> bar;
    private TrainingStart start;
    private String metric = "";

    ConsoleProgress() {
        this(System.err, Terminal.progressLine());
    }

    ConsoleProgress(PrintStream out, Optional<ProgressLine> bar) {
        this.out = out;
        this.bar = bar;
    }

    @Override
    public void onStart(TrainingStart run, TrainingControl control) {
        start = run;
        print(String.format(
                Locale.ROOT,
                "%s: %,d trainable parameters, %,d in the head, %,d frozen",
                run.method(),
                run.adapterParameters(),
                run.headParameters(),
                run.backboneParameters()));
        print(Counted.of(run.examples(), "training example", "training examples") + ", "
                + Counted.of(run.developmentExamples(), "development example", "development examples"));
        if (run.truncated() > 0) {
            print(Counted.of(run.truncated(), "text is", "texts are") + " longer than the model's limit and truncated");
        }
        if (run.frozenLayers() > 0) {
            print("The states of the first " + Counted.of(run.frozenLayers(), "layer", "layers")
                    + " are computed once");
        }
        show(control.steps(), List.of());
    }

    @Override
    public void onStep(TrainingStep step) {
        if (bar.isPresent()) {
            List<String> details = new ArrayList<>();
            details.add(String.format(Locale.ROOT, "loss %.3f", step.loss()));
            if (!metric.isEmpty()) {
                details.add(metric);
            }
            show(step.step(), details);
        }
    }

    private void show(long step, List<String> details) {
        long all = start.epochs() * start.stepsPerEpoch();
        List<String> facts = new ArrayList<>(details);
        facts.add(0, step + "/" + all);
        bar.ifPresent(line -> line.show(PrintableOutput.of(start.method()), step, all, facts));
    }

    @Override
    public void onEpoch(TrainingEpoch epoch) {
        Optional<DevelopmentScore> score = DevelopmentScore.of(start, epoch);
        score.ifPresent(value -> metric = "dev " + value);
        print(String.format(
                Locale.ROOT,
                "epoch %d/%d: loss %.4f%s%s, %.1f s",
                epoch.epoch(),
                epoch.epochs(),
                epoch.trainLoss(),
                score.isPresent() ? ", " + metric : "",
                epoch.best() && score.isPresent() ? " (best)" : "",
                epoch.seconds()));
    }

    private void print(String line) {
        bar.ifPresentOrElse(
                below -> below.println(Terminal.wrappedToWidth(PrintableOutput.of(line))), () -> out.println(line));
    }

    @Override
    public void onEnd(TrainingHistory history) {
        bar.ifPresent(ProgressLine::clear);
    }
}
