package io.github.tribuopeft.training;

import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.training.TrainingPlan.Rates;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** Trains the tensors of a method and of a head on a frozen backbone. All methods, heads and tasks use this loop. */
public final class TrainingLoop {

    private final Backbone backbone;
    private final TrainingPlan plan;
    private final TrainingObserver observer;
    private final StepGradient gradient;

    /** Creates a loop on a backbone that the caller keeps open and closes. */
    public TrainingLoop(Backbone backbone, TrainingPlan plan, TrainingObserver observer) {
        this.backbone = backbone;
        this.plan = plan;
        this.observer = observer;
        this.gradient = new StepGradient(backbone, plan);
    }

    /**
     * Result of a training run.
     *
     * @param adapter the adapter of the best epoch
     * @param head the head's tensors of the best epoch
     * @param state the training state of the best epoch; empty unless the options keep it
     * @param bestEpoch number of the best epoch, from 1
     */
    public record Result(Adapter adapter, Map<String, Tensor> head, Optional<TrainingState> state, int bestEpoch) {}

    /** Best epoch so far. */
    private record Best(int epoch, double metric, ParameterSet parameters, Optional<TrainingState> state) {}

    /**
     * Trains.
     *
     * @param items the training data
     * @param initial the state before the first step
     * @param validation metric of a state, higher is better; null to keep the last state
     * @param random determines order and dropout; a run that resumes with the same generator has those of the following
     *     epochs of the earlier run
     * @return the best state by {@code validation}, otherwise the last
     * @throws TrainingDivergedException if a loss or gradient is not finite
     * @throws TrainingInterruptedException if the thread is interrupted, after the current step; its interrupt flag
     *     stays set
     */
    public Result train(
            List<TrainingItem> items,
            TrainingState initial,
            ToDoubleFunction<AdaptedBackbone> validation,
            SplittableRandom random) {
        RandomStreams streams = new RandomStreams(random.nextLong());
        try (NDManager manager = backbone.newManager()) {
            TrainableTensors tensors = new TrainableTensors(manager, initial.parameters());
            try (AdamW optimizer = new AdamW(manager, tensors, initial, plan)) {
                Best best = null;
                for (int epoch = 1; epoch <= plan.options().epochs(); epoch++) {
                    long began = System.nanoTime();
                    Epoch steps = new Epoch(initial.epochs() + epoch - 1, items, plan.options(), streams);
                    double loss = trainEpoch(epoch, steps, tensors, optimizer);
                    double seconds = (System.nanoTime() - began) / 1e9;
                    ParameterSet parameters = finiteParameters(epoch, tensors);
                    double metric = validation == null ? Double.NaN : evaluate(epoch, parameters, validation);
                    boolean better = validation == null || best == null || metric > best.metric();
                    if (better) {
                        best = new Best(
                                epoch,
                                Double.isNaN(metric) ? Double.NEGATIVE_INFINITY : metric,
                                parameters,
                                plan.options().keepState()
                                        ? Optional.of(optimizer.state(initial.epochs() + epoch))
                                        : Optional.empty());
                    }
                    observer.epochDone(epoch, seconds, loss, metric, better);
                    if (plan.options().patience() > 0
                            && epoch - best.epoch() >= plan.options().patience()) {
                        break;
                    }
                }
                return result(best);
            }
        }
    }

    private Result result(Best best) {
        Adapter adapter =
                AdapterFactory.create(backbone, plan.method(), best.parameters().method());
        if (!adapter.tensors().values().stream().allMatch(Tensor::isFinite)) {
            throw diverged("adapter", best.epoch());
        }
        return new Result(adapter, best.parameters().head(), best.state(), best.epoch());
    }

    private ParameterSet finiteParameters(int epoch, TrainableTensors tensors) {
        stopIfInterrupted(epoch, epoch * plan.stepsPerEpoch());
        ParameterSet parameters = tensors.values();
        if (!parameters.isFinite()) {
            throw diverged("tensors' state", epoch);
        }
        return parameters;
    }

    private TrainingDivergedException diverged(String what, int epoch) {
        return TrainingDivergedException.afterUpdate(what, epoch, epoch * plan.stepsPerEpoch(), plan.peakRates());
    }

    /** Trains one epoch and returns its mean loss. */
    private double trainEpoch(int epoch, Epoch steps, TrainableTensors tensors, AdamW optimizer) {
        double lossSum = 0;
        long rowSum = 0;
        for (int i = 0; i < steps.steps(); i++) {
            long step = (epoch - 1) * plan.stepsPerEpoch() + i;
            stopIfInterrupted(epoch, step);
            StepBatch batch = steps.step(i);
            int rows = batch.rows();
            lossSum += trainStep(epoch, step, batch, tensors, optimizer) * rows;
            rowSum += rows;
        }
        return lossSum / rowSum;
    }

    /** Takes a step and returns the mean loss of its rows. */
    private double trainStep(int epoch, long step, StepBatch batch, TrainableTensors tensors, AdamW optimizer) {
        Rates rates = plan.rates(step);
        try (NDManager scope = backbone.newManager()) {
            GradientSum sum = gradient.compute(scope, batch, tensors);
            if (!Double.isFinite(sum.loss())) {
                throw TrainingDivergedException.inStep("loss", epoch, step + 1, rates);
            }
            double norm = optimizer.step(scope, sum.gradients(), rates);
            if (!Double.isFinite(norm)) {
                throw TrainingDivergedException.inStep("gradient", epoch, step + 1, rates);
            }
            observer.stepDone(epoch, step + 1, sum.loss(), norm);
            return sum.loss();
        }
    }

    private double evaluate(int epoch, ParameterSet parameters, ToDoubleFunction<AdaptedBackbone> validation) {
        Thread trainer = Thread.currentThread(); // batches of the development set run in other threads, too
        try (AdaptedBackbone adapted = new AdaptedBackbone(
                backbone,
                AdapterFactory.create(backbone, plan.method(), parameters.method()),
                plan.pooling(),
                plan.head(),
                parameters.head(),
                () -> stopIfInterrupted(trainer, epoch, epoch * plan.stepsPerEpoch()))) {
            return validation.applyAsDouble(adapted);
        } catch (ArithmeticException e) {
            throw diverged("development set's output", epoch);
        }
    }

    private static void stopIfInterrupted(int epoch, long stepsDone) {
        stopIfInterrupted(Thread.currentThread(), epoch, stepsDone);
    }

    /** Stops the run of an interrupted thread. The interrupt flag stays set for the owner of the thread. */
    private static void stopIfInterrupted(Thread trainer, int epoch, long stepsDone) {
        if (trainer.isInterrupted()) {
            throw new TrainingInterruptedException(epoch, stepsDone);
        }
    }
}
