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
    private final TrainingControl control;
    private final Optional<FrozenStates> frozen;
    private final PooledStates states;
    private final StepGradient gradient;

    /** Creates a loop that only an interrupt of the thread stops before its end. */
    public TrainingLoop(Backbone backbone, TrainingPlan plan, TrainingObserver observer) {
        this(backbone, plan, Optional.empty(), observer, new TrainingControl());
    }

    /**
     * Creates a loop.
     *
     * @param backbone the backbone; the caller closes it after training
     * @param plan the configuration of the run
     * @param frozen states that the run computes before its first epoch and frees at its end
     * @param observer receives the progress of the run
     * @param control stops the run and reads its state
     */
    public TrainingLoop(
            Backbone backbone,
            TrainingPlan plan,
            Optional<FrozenStates> frozen,
            TrainingObserver observer,
            TrainingControl control) {
        this.backbone = backbone;
        this.plan = plan;
        this.observer = observer;
        this.control = control;
        this.frozen = frozen;
        this.states = frozen.<PooledStates>map(states -> states).orElse(PooledStates.of(backbone, plan.pooling()));
        this.gradient = new StepGradient(backbone, plan, states);
    }

    /**
     * Result of a training run.
     *
     * @param adapter the adapter of the best epoch
     * @param head the head's tensors of the best epoch
     * @param state the training state of the best epoch; empty unless the options keep it
     * @param bestEpoch number of the best epoch, from 1
     * @param end the reason why the run ended
     * @param steps number of optimizer steps
     */
    public record Result(
            Adapter adapter,
            Map<String, Tensor> head,
            Optional<TrainingState> state,
            int bestEpoch,
            TrainingEnd end,
            long steps) {}

    /** Exception for a run that is stopped while it evaluates the development set. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Trains from the first step; see {@link #train(List, TrainingState, ToDoubleFunction, SplittableRandom,
     * Optional)}.
     */
    public Result train(
            List<TrainingItem> items,
            TrainingState initial,
            ToDoubleFunction<AdaptedBackbone> validation,
            SplittableRandom random) {
        return train(items, initial, validation, random, Optional.empty());
    }

    /**
     * Trains the tensors of the method and of the head. An interrupt of the thread ends the run as {@link
     * TrainingControl#stop} does; the interrupt flag stays set.
     *
     * @param items the training data
     * @param initial the state before the first step
     * @param validation computes the development metric, higher is better; null without a development set
     * @param random determines the order of the examples and the dropout masks; with a generator of the same seed, a
     *     run that resumes draws those that the earlier run would have drawn in its next epochs
     * @param resumed state of the same run in an earlier process, with the shapes of {@code initial}; empty for a new
     *     run
     * @return the adapter and the head of the best epoch, or of the last state without a development set
     * @throws TrainingDivergedException if a loss, a gradient or a trained tensor is not finite
     */
    public Result train(
            List<TrainingItem> items,
            TrainingState initial,
            ToDoubleFunction<AdaptedBackbone> validation,
            SplittableRandom random,
            Optional<TrainingSnapshot> resumed) {
        RandomStreams streams = new RandomStreams(random.nextLong());
        TrainingState first = resumed.map(TrainingSnapshot::state).orElse(initial);
        TrainingProgress progress = new TrainingProgress(plan, resumed);
        control.begin(progress);
        try (NDManager manager = backbone.newManager()) {
            TrainableTensors tensors = new TrainableTensors(manager, first.parameters());
            try (AdamW optimizer = new AdamW(manager, tensors, first, plan)) {
                control.attach(() -> optimizer.state(initial.epochs() + progress.completedEpochs()));
                observer.started(control);
                frozen.ifPresent(states -> progress.addSeconds(states.compute()));
                while (!progress.isComplete() && !mustStop()) {
                    int number = initial.epochs() + progress.completedEpochs();
                    trainEpoch(
                            new Epoch(number, items, plan.options(), backbone.device(), streams),
                            tensors,
                            optimizer,
                            progress);
                    if (progress.steps() == plan.stepsPerEpoch()) {
                        completeEpoch(tensors, optimizer, initial, validation, progress);
                    }
                }
                Result result = result(tensors, optimizer, initial, progress);
                observer.ended(result.bestEpoch(), result.end());
                return result;
            } finally {
                control.detach();
                frozen.ifPresent(FrozenStates::close);
            }
        }
    }

    /** Evaluates the parameters after the last step of an epoch. If the run is stopped, the epoch stays incomplete. */
    private void completeEpoch(
            TrainableTensors tensors,
            AdamW optimizer,
            TrainingState initial,
            ToDoubleFunction<AdaptedBackbone> validation,
            TrainingProgress progress) {
        if (mustStop()) {
            return;
        }
        ParameterSet parameters = finiteParameters(tensors, progress);
        if (validation == null) {
            observer.epochDone(progress.completeEpoch(Double.NaN, true));
            return;
        }
        double metric;
        try {
            metric = evaluate(progress, parameters, validation);
        } catch (StoppedException e) {
            return;
        }
        if (mustStop()) {
            return; // the metric of a stopped run may be computed from a part of the development set
        }
        boolean better = progress.isBetter(metric);
        if (better) {
            progress.setBest(metric, parameters, keptState(optimizer, initial.epochs() + progress.epoch()));
        }
        observer.epochDone(progress.completeEpoch(metric, better));
    }

    private Optional<TrainingState> keptState(AdamW optimizer, int epochs) {
        return plan.options().keepState() ? Optional.of(optimizer.state(epochs)) : Optional.empty();
    }

    /** Returns the result of the best epoch, or of the current state if no epoch was evaluated. */
    private Result result(TrainableTensors tensors, AdamW optimizer, TrainingState initial, TrainingProgress progress) {
        BestEpoch best = progress.best()
                .orElseGet(() -> new BestEpoch(
                        progress.currentEpoch(),
                        Double.NaN,
                        finiteParameters(tensors, progress),
                        keptState(optimizer, initial.epochs() + progress.completedEpochs())));
        Adapter adapter =
                AdapterFactory.create(backbone, plan.method(), best.parameters().method());
        if (!adapter.tensors().values().stream().allMatch(Tensor::isFinite)) {
            throw diverged("adapter", best.epoch());
        }
        return new Result(
                adapter, best.parameters().head(), best.state(), best.epoch(), end(progress), progress.totalSteps());
    }

    private static TrainingEnd end(TrainingProgress progress) {
        if (progress.isComplete()) {
            return TrainingEnd.COMPLETED;
        }
        return Thread.currentThread().isInterrupted() ? TrainingEnd.INTERRUPTED : TrainingEnd.STOPPED;
    }

    private ParameterSet finiteParameters(TrainableTensors tensors, TrainingProgress progress) {
        ParameterSet parameters = tensors.values();
        if (!parameters.isFinite()) {
            throw diverged("tensors' state", progress.currentEpoch());
        }
        return parameters;
    }

    private TrainingDivergedException diverged(String what, int epoch) {
        return TrainingDivergedException.afterUpdate(what, epoch, epoch * plan.stepsPerEpoch(), plan.peakRates());
    }

    /** Takes the remaining steps of an epoch, until the run is stopped. */
    private void trainEpoch(Epoch epoch, TrainableTensors tensors, AdamW optimizer, TrainingProgress progress) {
        while (progress.steps() < epoch.steps() && !mustStop()) {
            long began = System.nanoTime();
            StepBatch batch = epoch.step(Math.toIntExact(progress.steps()));
            StepResult result = trainStep(progress.epoch(), progress.totalSteps(), batch, tensors, optimizer);
            progress.addStep(result.loss(), batch.rows(), (System.nanoTime() - began) / 1e9);
            observer.stepDone(progress.epoch(), progress.totalSteps(), result.loss(), result.gradientNorm());
        }
    }

    /** Mean loss of the rows of a step, and the norm of its gradients. */
    private record StepResult(double loss, double gradientNorm) {}

    /** Takes an optimizer step; {@code step} counts from 0. */
    private StepResult trainStep(int epoch, long step, StepBatch batch, TrainableTensors tensors, AdamW optimizer) {
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
            return new StepResult(sum.loss(), norm);
        }
    }

    private double evaluate(
            TrainingProgress progress, ParameterSet parameters, ToDoubleFunction<AdaptedBackbone> validation) {
        Thread trainer = Thread.currentThread(); // batches of the development set run in other threads, too
        try (AdaptedBackbone adapted = new AdaptedBackbone(
                backbone,
                AdapterFactory.create(backbone, plan.method(), parameters.method()),
                plan.pooling(),
                states,
                plan.head(),
                parameters.head(),
                () -> stopValidation(trainer))) {
            return validation.applyAsDouble(adapted);
        } catch (ArithmeticException e) {
            throw diverged("development set's output", progress.epoch());
        }
    }

    private void stopValidation(Thread trainer) {
        if (mustStop(trainer)) {
            throw new StoppedException();
        }
    }

    /** Returns whether the run is stopped. The interrupt flag stays set for the owner of the thread. */
    private boolean mustStop() {
        return mustStop(Thread.currentThread());
    }

    private boolean mustStop(Thread trainer) {
        return control.isStopRequested() || trainer.isInterrupted();
    }
}
