package io.github.tribuopeft.training;

import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Logs training runs at level INFO, as Tribuo's trainers do: the start, the mean loss after every interval of steps,
 * each epoch, and the end. The logger has the name of this class.
 *
 * <pre>{@code
 * trainer.setListener(new TrainingLogger(100));
 * }</pre>
 *
 * <p>An instance belongs to one training run at a time.
 */
public final class TrainingLogger implements TrainingListener {

    private static final Logger LOGGER = Logger.getLogger(TrainingLogger.class.getName());

    private final int interval;
    private TrainingStart start;
    private double lossSum;
    private int steps;

    /**
     * Creates a listener.
     *
     * @param loggingInterval number of steps between two messages with the loss; not positive to log no steps
     */
    public TrainingLogger(int loggingInterval) {
        this.interval = loggingInterval;
    }

    @Override
    public void onStart(TrainingStart start, TrainingControl control) {
        this.start = start;
        lossSum = 0;
        steps = 0;
        info(
                "Training %s with %d examples: %d epochs of %d steps, %d trained values",
                start.method(),
                start.examples(),
                start.epochs(),
                start.stepsPerEpoch(),
                start.adapterParameters() + start.headParameters());
        if (control.steps() > 0) {
            info("Training resumes after step %d", control.steps());
        }
    }

    @Override
    public void onStep(TrainingStep step) {
        lossSum += step.loss();
        steps++;
        if (steps == interval) {
            info("At step %d of %d, average loss = %.6f", step.step(), step.steps(), lossSum / steps);
            lossSum = 0;
            steps = 0;
        }
    }

    @Override
    public void onEpoch(TrainingEpoch epoch) {
        info(
                "At epoch %d of %d, average loss = %.6f%s, %.1f s",
                epoch.epoch(),
                epoch.epochs(),
                epoch.trainLoss(),
                DevelopmentScore.of(start, epoch)
                        .map(score -> ", development " + score)
                        .orElse(""),
                epoch.seconds());
    }

    @Override
    public void onEnd(TrainingHistory history) {
        info(
                "Training %s after %d epochs; the model has the state of epoch %d",
                history.end().name().toLowerCase(Locale.ROOT), history.epochs().size(), history.bestEpoch());
    }

    private static void info(String format, Object... values) {
        LOGGER.log(Level.INFO, () -> String.format(Locale.ROOT, format, values));
    }
}
