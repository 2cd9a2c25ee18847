package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.Readout;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.AdaptedBackbone;
import io.github.tribuopeft.training.TrainingLoop;
import io.github.tribuopeft.training.TrainingState;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.OutputInfo;

/**
 * A model that a training goes on from.
 *
 * @param name where it lies
 * @param parts what it is made of
 * @param outputs those that it knows, in the order of its logits; the training keeps to it
 * @param sha256 of its file
 * @param <T> the output type
 */
record ValidatedCheckpoint<T extends Output<T>>(
        String name, ModelState<?> parts, ImmutableOutputInfo<T> outputs, String sha256) {

    /** How far rounding on another machine may take a value, as a share of the largest beside it. */
    private static final double ROUNDING = 1e-4;

    /**
     * Reads a model.
     *
     * @param backbone that of the training
     * @param trainedOn which bytes it is made of
     * @param kind the class of model that is to be trained
     * @param wanted the outputs of the training data
     * @throws IllegalArgumentException if it is of another kind or on another backbone, or does not know all outputs
     */
    static <T extends Output<T>> ValidatedCheckpoint<T> open(
            Start start,
            BackboneSource backbone,
            Fingerprint trainedOn,
            Class<? extends AdaptedModel> kind,
            OutputInfo<T> wanted) {
        try (AdaptedModel model = start.open(backbone)) {
            if (!kind.isInstance(model)) {
                throw new IllegalArgumentException(start + " is a "
                        + model.getClass().getSimpleName() + ", but training makes a " + kind.getSimpleName());
            }
            if (!model.backbone().fingerprint().equals(trainedOn)) {
                throw new IllegalArgumentException(start + " was trained on backbone '"
                        + model.backbone().name() + "' ("
                        + model.backbone().fingerprint().shortForm()
                        + "…), but training is on '" + backbone.name() + "' ("
                        + trainedOn.shortForm()
                        + "…)");
            }
            ImmutableOutputInfo<?> known = model.getOutputIDInfo();
            List<T> unknown = wanted.getDomain().stream()
                    .filter(output -> !known.getDomain().contains(output))
                    .toList();
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException("The training data has outputs " + unknown + ", but " + start
                        + " knows " + model.labels() + " only");
            }
            @SuppressWarnings("unchecked") // outputs of T are among them
            ImmutableOutputInfo<T> outputs = (ImmutableOutputInfo<T>) known;
            return new ValidatedCheckpoint<>(start.toString(), model.parts(), outputs, start.sha256());
        }
    }

    /**
     * Checks that a training reads the same off a backbone's states as the model did.
     *
     * @throws IllegalArgumentException if its readout or its head's settings are others
     */
    void requireSameReading(Backbone backbone, Readout readout, OutputHead<T> head, TokenSequence sample) {
        Map<String, Tensor> fresh = head.initialize(backbone.dimensions().hidden(), outputs, new SplittableRandom(0));
        requireSameShapes("the head", parts.headTensors(), fresh);
        float[][] before = logits(backbone, parts.readout(), parts.head(), sample);
        float[][] now = logits(backbone, readout, head, sample);
        if (!IntStream.range(0, before.length).allMatch(row -> alike(before[row], now[row]))) {
            throw new IllegalArgumentException(name + " reads " + parts.readout() + " by " + parts.head()
                    + ", but training reads " + readout + " by " + head);
        }
    }

    private float[][] logits(Backbone backbone, Readout by, OutputHead<?> head, TokenSequence sample) {
        try (AdaptedBackbone adapted = new AdaptedBackbone(backbone, parts.adapter(), by, head, parts.headTensors())) {
            return adapted.logits(List.of(sample)).get(0);
        }
    }

    /**
     * The state to go on from: the model's own or, where it kept none, its tensors before a first step.
     *
     * @param fresh what a training that begins anew would start from
     * @throws IllegalArgumentException if its tensors are not those of the method with its settings
     */
    TrainingState state(PeftMethod method, TrainingLoop loop, TrainingState fresh) {
        TrainingState state = parts.state()
                .orElseGet(() -> TrainingState.before(
                        method.recoverParameters(parts.adapter().tensors()), parts.headTensors()));
        requireSameShapes(
                method.toString(), state.values().method(), fresh.values().method());
        requireSameShapes("the head", state.values().head(), fresh.values().head());
        requireSame(method, loop.fold(state.values().method()));
        return state;
    }

    private void requireSameShapes(String of, Map<String, Tensor> found, Map<String, Tensor> expected) {
        TreeSet<String> names = new TreeSet<>(found.keySet());
        names.addAll(expected.keySet());
        for (String tensor : names) {
            String here = shape(found, tensor);
            String there = shape(expected, tensor);
            if (!here.equals(there)) {
                throw new IllegalArgumentException("Tensor '" + tensor + "' of " + name + ", a model by "
                        + parts.method() + ", is " + here + ", but that of " + of + " in this training is " + there);
            }
        }
    }

    private static String shape(Map<String, Tensor> tensors, String name) {
        return tensors.containsKey(name) ? tensors.get(name).shape().toString() : "not there";
    }

    /** Settings may differ without another shape, as LoRA's α: then the method makes something else of the same tensors. */
    private void requireSame(PeftMethod method, Adapter folded) {
        if (!folded.virtualTokens().equals(parts.adapter().virtualTokens())) {
            throw new IllegalArgumentException(name + " has " + parts.adapter().virtualTokens() + ", but " + method
                    + " has " + folded.virtualTokens());
        }
        requireSameShapes(method.toString(), parts.adapter().tensors(), folded.tensors());
        folded.tensors().forEach((tensor, values) -> {
            if (!alike(parts.adapter().tensors().get(tensor).values(), values.values())) {
                throw new IllegalArgumentException(name + " was trained with other settings than " + method
                        + ", which makes other values of its tensor '" + tensor + "'");
            }
        });
    }

    private static boolean alike(float[] kept, float[] found) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < kept.length; i++) {
            largest = Math.max(largest, Math.abs(kept[i]));
            difference = Math.max(difference, Math.abs(kept[i] - found[i]));
        }
        return difference <= ROUNDING * largest;
    }
}
