package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.training.TrainingPlan.Rates;
import java.util.Arrays;
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

    /** Creates a loop on a backbone that the caller keeps open and closes. */
    public TrainingLoop(Backbone backbone, TrainingPlan plan, TrainingObserver observer) {
        this.backbone = backbone;
        this.plan = plan;
        this.observer = observer;
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
     * @param random determines order and dropout; a run that resumes draws those of the following epochs of the earlier
     *     run
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
        try (NDManager manager = backbone.newManager()) {
            TrainableTensors tensors = new TrainableTensors(manager, initial.parameters());
            try (AdamW optimizer = new AdamW(manager, tensors, initial, plan)) {
                for (int epoch = 0; epoch < initial.epochs(); epoch++) {
                    random.split(); // belongs to an epoch of the earlier run
                }
                Best best = null;
                for (int epoch = 1; epoch <= plan.options().epochs(); epoch++) {
                    long began = System.nanoTime();
                    double loss = trainEpoch(epoch, items, tensors, optimizer, random.split());
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
        return new TrainingDivergedException(what, epoch, epoch * plan.stepsPerEpoch(), plan.peakRates());
    }

    /** Trains one epoch and returns its mean loss. */
    private double trainEpoch(
            int epoch, List<TrainingItem> items, TrainableTensors tensors, AdamW optimizer, SplittableRandom random) {
        List<List<TrainingItem>> batches = LengthBatches.shuffled(
                        items.size(),
                        i -> items.get(i).tokens().length(),
                        plan.options().batchSize(),
                        random.split())
                .stream()
                .map(indices -> Arrays.stream(indices).mapToObj(items::get).toList())
                .toList();
        Dropout dropout = Dropout.from(random.split());
        int accumulation = plan.options().accumulation();
        double epochLoss = 0;
        long epochRows = 0;
        for (int done = 0; done < batches.size(); done += accumulation) {
            List<List<TrainingItem>> group = batches.subList(done, Math.min(batches.size(), done + accumulation));
            long step = (epoch - 1) * plan.stepsPerEpoch() + done / accumulation;
            stopIfInterrupted(epoch, step);
            int rows = group.stream().mapToInt(TrainingLoop::rowCount).sum();
            epochLoss += trainStep(epoch, step, group, rows, tensors, optimizer, dropout) * rows;
            epochRows += rows;
        }
        return epochLoss / epochRows;
    }

    /**
     * Accumulates the gradients of a group of batches, takes one step and returns the mean loss of the group's rows.
     */
    private double trainStep(
            int epoch,
            long step,
            List<List<TrainingItem>> group,
            int rows,
            TrainableTensors tensors,
            AdamW optimizer,
            Dropout dropout) {
        Rates rates = plan.rates(step);
        double loss = 0;
        try (NDManager scope = backbone.newManager()) {
            tensors.attachTo(scope);
            for (List<TrainingItem> batch : group) {
                double part = backward(scope, batch, rows, tensors, dropout);
                if (!Double.isFinite(part)) {
                    throw new TrainingDivergedException("loss", epoch, step + 1, rates);
                }
                loss += part;
            }
            double norm = optimizer.step(scope, rates);
            if (!Double.isFinite(norm)) {
                throw new TrainingDivergedException("gradient", epoch, step + 1, rates);
            }
            observer.stepDone(epoch, step + 1, loss, norm);
        }
        return loss;
    }

    /** Adds the gradients of a batch and returns its part of the mean loss of {@code rows} rows. */
    private double backward(
            NDManager scope, List<TrainingItem> items, int rows, TrainableTensors tensors, Dropout dropout) {
        return TorchRuntime.recording(() -> {
            TokenBatch batch =
                    new TokenBatch(items.stream().map(TrainingItem::tokens).toList());
            Map<String, NDArray> adapter = plan.method().adapter(tensors.adapter(), backbone.shape(), dropout);
            NDArray hidden =
                    backbone.forward(scope, batch, adapter, plan.method().virtualTokens()); // [B, P + T, H]
            NDArray pooled = plan.pooling().pool(hidden, batch); // [R, H]
            NDArray logits = plan.head().layer().logits(pooled, tensors.head(), dropout); // [R, C]
            NDArray losses = plan.head().objective().loss(logits, targets(scope, items)); // [R]
            NDArray loss = losses.mul(lossWeights(scope, items, rows)).sum();
            JniUtils.backward((PtNDArray) loss, (PtNDArray) scope.ones(loss.getShape()), false, false);
            return (double) loss.getFloat();
        });
    }

    private static int rowCount(List<TrainingItem> batch) {
        return batch.stream().mapToInt(item -> item.targets().length).sum();
    }

    private static NDArray targets(NDManager scope, List<TrainingItem> batch) {
        return scope.create(
                batch.stream().flatMap(item -> Arrays.stream(item.targets())).toArray(float[][]::new));
    }

    /** Weights [R] of the losses of a batch in a mean over {@code rows} rows. */
    private static NDArray lossWeights(NDManager scope, List<TrainingItem> batch, int rows) {
        float[] weights = new float[rowCount(batch)];
        int row = 0;
        for (TrainingItem item : batch) {
            Arrays.fill(weights, row, row + item.targets().length, item.weight() / rows);
            row += item.targets().length;
        }
        return scope.create(weights, new Shape(weights.length));
    }

    private double evaluate(int epoch, ParameterSet parameters, ToDoubleFunction<AdaptedBackbone> validation) {
        try (AdaptedBackbone adapted = new AdaptedBackbone(
                backbone,
                AdapterFactory.create(backbone, plan.method(), parameters.method()),
                plan.pooling(),
                plan.head(),
                parameters.head(),
                () -> stopIfInterrupted(epoch, epoch * plan.stepsPerEpoch()))) {
            return validation.applyAsDouble(adapted);
        }
    }

    /** Stops the run of an interrupted thread. The interrupt flag stays set for the owner of the thread. */
    private static void stopIfInterrupted(int epoch, long stepsDone) {
        if (Thread.currentThread().isInterrupted()) {
            throw new TrainingInterruptedException(epoch, stepsDone);
        }
    }
}
