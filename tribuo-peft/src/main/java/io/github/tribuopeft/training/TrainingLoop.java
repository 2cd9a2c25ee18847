package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.Readout;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import io.github.tribuopeft.training.TrainingListener.TrainingStep;
import io.github.tribuopeft.training.TrainingState.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Trains a method's tensors and a head's on a frozen backbone. One loop for all methods, heads and tasks; a loop trains once.
 */
public final class TrainingLoop {

    private final Backbone backbone;
    private final PeftMethod method;
    private final Readout readout;
    private final OutputHead<?> head;
    private final TrainingOptions options;
    private final TrainingListener listener;

    /** A loop on a backbone that the caller keeps open and closes. */
    public TrainingLoop(
            Backbone backbone,
            PeftMethod method,
            Readout readout,
            OutputHead<?> head,
            TrainingOptions options,
            TrainingListener listener) {
        this.backbone = backbone;
        this.method = method;
        this.readout = readout;
        this.head = head;
        this.options = options;
        this.listener = listener;
    }

    /**
     * What a training leaves behind.
     *
     * @param adapter the method's part, folded
     * @param head the head's tensors
     * @param state from which another training can go on; empty unless the options ask for it
     * @param history how it went
     */
    public record Result(
            Adapter adapter, Map<String, Tensor> head, Optional<TrainingState> state, TrainingHistory history) {}

    /**
     * Trains.
     *
     * @param start what is trained, for listeners
     * @param items the training data
     * @param from the state before the first step
     * @param development measures a state, higher is better; null to keep the last state
     * @param random decides order and dropout, in an epoch that is the n-th of a state those of the n-th epoch of an uninterrupted training
     * @return the best state by {@code development}, else the last
     * @throws TrainingDivergedException if a loss or gradient is not finite
     * @throws TrainingInterruptedException if the thread is interrupted, after the current step; its interrupt flag stays set
     */
    public Result train(
            TrainingStart start,
            List<TrainingItem> items,
            TrainingState from,
            ToDoubleFunction<AdaptedBackbone> development,
            SplittableRandom random) {
        listener.onStart(start);
        try (NDManager manager = backbone.newManager()) {
            TrainableTensors tensors = new TrainableTensors(manager, from.values());
            for (int epoch = 0; epoch < from.epochs(); epoch++) {
                random.split(); // was that epoch's
            }
            try (AdamW optimizer = new AdamW(manager, tensors, from, options, method::learningRateMultiplier)) {
                return train(start, items, from.epochs(), tensors, optimizer, development, random);
            }
        }
    }

    private Result train(
            TrainingStart start,
            List<TrainingItem> items,
            int epochsBefore,
            TrainableTensors tensors,
            AdamW optimizer,
            ToDoubleFunction<AdaptedBackbone> development,
            SplittableRandom random) {
        List<TrainingEpoch> epochs = new ArrayList<>();
        Values best = null;
        Optional<TrainingState> kept = Optional.empty();
        int bestEpoch = 0;
        double bestMetric = Double.NEGATIVE_INFINITY;
        for (int epoch = 1; epoch <= options.epochs(); epoch++) {
            long began = System.nanoTime();
            double loss = runEpoch(epoch, start.stepsPerEpoch(), items, tensors, optimizer, random.split());
            double seconds = (System.nanoTime() - began) / 1e9;
            stopIfInterrupted(epoch, epoch * start.stepsPerEpoch());
            Values values = tensors.values();
            if (!values.isFinite()) {
                throw diverged("tensors' state", epoch, start);
            }
            double metric = development == null
                    ? Double.NaN
                    : measure(values, development, epoch, epoch * start.stepsPerEpoch());
            boolean better = development == null || best == null || metric > bestMetric;
            if (better) {
                best = values;
                kept = options.keepState() ? Optional.of(optimizer.state(epochsBefore + epoch)) : Optional.empty();
                bestEpoch = epoch;
                bestMetric = Double.isNaN(metric) ? Double.NEGATIVE_INFINITY : metric;
            }
            epochs.add(new TrainingEpoch(epoch, options.epochs(), seconds, loss, metric, better));
            listener.onEpoch(epochs.get(epochs.size() - 1));
            if (options.patience() > 0 && epoch - bestEpoch >= options.patience()) {
                break;
            }
        }
        TrainingHistory history = new TrainingHistory(start, epochs, bestEpoch);
        listener.onEnd(history);
        Adapter adapter = fold(best.method());
        if (!adapter.tensors().values().stream().allMatch(Tensor::isFinite)) {
            throw diverged("adapter", bestEpoch, start);
        }
        return new Result(adapter, best.head(), kept, history);
    }

    /** What is thrown where the end of an epoch shows that training has diverged. */
    private TrainingDivergedException diverged(String what, int epoch, TrainingStart start) {
        return new TrainingDivergedException(
                what,
                epoch,
                epoch * start.stepsPerEpoch(),
                options.learningRate(method.defaultLearningRate()),
                options.headLearningRate());
    }

    private double runEpoch(
            int epoch,
            long stepsPerEpoch,
            List<TrainingItem> items,
            TrainableTensors tensors,
            AdamW optimizer,
            SplittableRandom random) {
        List<int[]> batches = LengthBatches.shuffled(
                items.size(), i -> items.get(i).tokens().length(), options.batchSize(), random.split());
        Dropout dropout = Dropout.from(random.split());
        long steps = stepsPerEpoch * options.epochs();
        double epochLoss = 0;
        long epochRows = 0;
        for (int done = 0; done < batches.size(); done += options.accumulation()) {
            List<int[]> group = batches.subList(done, Math.min(batches.size(), done + options.accumulation()));
            long step = (epoch - 1) * stepsPerEpoch + done / options.accumulation();
            stopIfInterrupted(epoch, step);
            double factor = options.learningRateMultiplier(step, steps);
            double rate = options.learningRate(method.defaultLearningRate()) * factor;
            int rows = group.stream()
                    .flatMapToInt(Arrays::stream)
                    .map(i -> items.get(i).targets().length)
                    .sum();
            double loss = 0;
            try (NDManager scope = backbone.newManager()) {
                tensors.attachTo(scope);
                for (int[] indices : group) {
                    double part = backward(scope, pick(items, indices), rows, tensors, dropout);
                    if (!Double.isFinite(part)) {
                        throw new TrainingDivergedException(
                                "loss", epoch, step + 1, rate, options.headLearningRate() * factor);
                    }
                    loss += part;
                }
                double norm = optimizer.step(scope, rate, options.headLearningRate() * factor);
                if (!Double.isFinite(norm)) {
                    throw new TrainingDivergedException(
                            "gradient", epoch, step + 1, rate, options.headLearningRate() * factor);
                }
                listener.onStep(new TrainingStep(epoch, step + 1, steps, loss, norm));
            }
            epochLoss += loss * rows;
            epochRows += rows;
        }
        return epochLoss / epochRows;
    }

    /** Adds the gradients of a batch; returns its share of the mean loss over {@code rows} rows. */
    private double backward(
            NDManager scope, List<TrainingItem> items, int rows, TrainableTensors tensors, Dropout dropout) {
        return TorchRuntime.withGradients(() -> {
            TokenBatch batch =
                    new TokenBatch(items.stream().map(TrainingItem::tokens).toList());
            Map<String, NDArray> adapter = method.materialize(tensors.adapter(), backbone.dimensions(), dropout);
            NDArray hidden = readout.states(backbone, scope, batch, adapter, method.virtualTokens());
            NDArray logits = head.logits(readout.rows(hidden, batch), tensors.head(), dropout);
            NDArray losses = head.loss(logits, targets(scope, items));
            NDArray loss = losses.mul(shares(scope, items, rows)).sum();
            Autograd.backward(loss);
            return (double) loss.getFloat();
        });
    }

    private static NDArray targets(NDManager scope, List<TrainingItem> items) {
        float[][] rows =
                items.stream().flatMap(item -> Arrays.stream(item.targets())).toArray(float[][]::new);
        return scope.create(rows);
    }

    /** What each row's loss counts in a mean over {@code count} rows. */
    private static NDArray shares(NDManager scope, List<TrainingItem> items, int count) {
        int rows = items.stream().mapToInt(item -> item.targets().length).sum();
        float[] shares = new float[rows];
        int row = 0;
        for (TrainingItem item : items) {
            Arrays.fill(shares, row, row + item.targets().length, item.weight() / count);
            row += item.targets().length;
        }
        return scope.create(shares, new Shape(rows));
    }

    private double measure(Values values, ToDoubleFunction<AdaptedBackbone> development, int epoch, long stepsDone) {
        try (AdaptedBackbone adapted = new AdaptedBackbone(
                backbone,
                fold(values.method()),
                readout,
                head,
                values.head(),
                () -> stopIfInterrupted(epoch, stepsDone))) {
            return development.applyAsDouble(adapted);
        }
    }

    /** Ends the training of an interrupted thread. The flag stays as it is, for the thread's owner. */
    private static void stopIfInterrupted(int epoch, long stepsDone) {
        if (Thread.currentThread().isInterrupted()) {
            throw new TrainingInterruptedException(epoch, stepsDone);
        }
    }

    /** What the program looks up, made of the trained tensors once and for all. */
    public Adapter fold(Map<String, Tensor> trained) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                Map<String, NDArray> arrays = new HashMap<>();
                trained.forEach((name, tensor) -> arrays.put(name, tensor.upload(scope)));
                Map<String, Tensor> folded = new HashMap<>();
                method.materialize(arrays, backbone.dimensions(), Dropout.OFF)
                        .forEach((name, array) -> folded.put(name, Tensor.of(array)));
                return new Adapter(folded, method.virtualTokens());
            }
        });
    }

    private static List<TrainingItem> pick(List<TrainingItem> items, int[] indices) {
        List<TrainingItem> picked = new ArrayList<>();
        for (int index : indices) {
            picked.add(items.get(index));
        }
        return picked;
    }
}
