package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.AdaptedBackbone;
import io.github.tribuopeft.training.AdapterFactory;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingPlan;
import io.github.tribuopeft.training.TrainingState;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.OutputInfo;

/**
 * Model from which training resumes.
 *
 * @param name description of the checkpoint
 * @param state its state
 * @param outputs its output domain, which the training run uses
 * @param sha256 SHA-256 of the checkpoint
 * @param <T> the output type
 */
record ValidatedCheckpoint<T extends Output<T>>(
        String name, ModelState<T> state, ImmutableOutputInfo<T> outputs, String sha256) {

    /** Maximum rounding difference between machines, relative to the largest value of a tensor. */
    private static final double TOLERANCE = 1e-4;

    /**
     * Reads a checkpoint.
     *
     * @param backbone the backbone of the training run
     * @param trainedOn the fingerprint of that backbone
     * @param task the task to train
     * @param required the outputs of the training data
     * @throws IllegalArgumentException if the checkpoint is of another task or backbone, or lacks an output
     */
    static <T extends Output<T>> ValidatedCheckpoint<T> open(
            InitialCheckpoint checkpoint,
            BackboneSource backbone,
            Fingerprint trainedOn,
            TrainingTask<?, T, ?> task,
            OutputInfo<T> required) {
        try (AdaptedModel model = checkpoint.open(backbone)) {
            if (!task.modelType().isInstance(model)) {
                throw new IllegalArgumentException(
                        checkpoint + " is a " + model.getClass().getSimpleName() + ", but training makes a "
                                + task.modelType().getSimpleName());
            }
            if (!model.backbone().fingerprint().equals(trainedOn)) {
                throw new IllegalArgumentException(checkpoint + " was trained on backbone '"
                        + model.backbone().name() + "' ("
                        + model.backbone().fingerprint().shortForm()
                        + "…), but training is on '" + backbone.name() + "' ("
                        + trainedOn.shortForm()
                        + "…)");
            }
            if (model.state().head().getClass() != task.head().getClass()) {
                throw new IllegalArgumentException(
                        checkpoint + " has head " + model.state().head() + ", but training uses " + task.head());
            }
            requireOutputs(checkpoint, model.labels(), task.head(), required);
            @SuppressWarnings("unchecked") // heads of one class predict outputs of one type
            ModelState<T> state = (ModelState<T>) model.state();
            @SuppressWarnings("unchecked")
            ImmutableOutputInfo<T> outputs = (ImmutableOutputInfo<T>) model.getOutputIDInfo();
            return new ValidatedCheckpoint<>(checkpoint.toString(), state, outputs, checkpoint.sha256());
        }
    }

    private static <T extends Output<T>> void requireOutputs(
            InitialCheckpoint checkpoint, List<String> found, OutputHead<T> head, OutputInfo<T> required) {
        SortedSet<String> missing = new TreeSet<>();
        required.getDomain().forEach(output -> missing.addAll(head.names(output)));
        missing.removeAll(new TreeSet<>(found));
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "The training data has outputs " + missing + ", but " + checkpoint + " has only " + found);
        }
    }

    /**
     * Returns the state to resume from: the checkpoint's training state, otherwise its tensors before the first step.
     *
     * @param fresh the initial state of a run without a checkpoint
     * @param sample an item to compare predictions on
     * @throws IllegalArgumentException if the plan differs from that of the checkpoint in the head, the pooling or the
     *     method's settings
     */
    TrainingState resume(Backbone backbone, TrainingPlan plan, TrainingState fresh, TrainingItem sample) {
        requireSameLogits(backbone, plan, fresh, sample.tokens());
        TrainingState resumed = state.trainingState()
                .orElseGet(() -> TrainingState.initial(
                        plan.method().recoverParameters(state.adapter().tensors()), state.headTensors()));
        requireSameShapes(
                plan.method().toString(),
                resumed.parameters().method(),
                fresh.parameters().method());
        requireSameShapes(
                "the head", resumed.parameters().head(), fresh.parameters().head());
        requireSameAdapter(
                plan.method(),
                AdapterFactory.create(
                        backbone, plan.method(), resumed.parameters().method()));
        return resumed;
    }

    private void requireSameLogits(Backbone backbone, TrainingPlan plan, TrainingState fresh, TokenSequence sample) {
        requireSameShapes("the head", state.headTensors(), fresh.parameters().head());
        float[][] expected = logits(backbone, state.pooling(), state.head(), sample);
        float[][] found = logits(backbone, plan.pooling(), plan.head(), sample);
        if (!IntStream.range(0, expected.length).allMatch(row -> areClose(expected[row], found[row]))) {
            throw new IllegalArgumentException(name + " uses pooling " + state.pooling() + " and " + state.head()
                    + ", but training uses pooling " + plan.pooling() + " and " + plan.head());
        }
    }

    private float[][] logits(Backbone backbone, Pooling pooling, OutputHead<?> head, TokenSequence sample) {
        try (AdaptedBackbone adapted =
                new AdaptedBackbone(backbone, state.adapter(), pooling, head, state.headTensors())) {
            return adapted.logits(List.of(sample)).get(0);
        }
    }

    private void requireSameShapes(String of, Map<String, Tensor> found, Map<String, Tensor> expected) {
        TreeSet<String> names = new TreeSet<>(found.keySet());
        names.addAll(expected.keySet());
        for (String tensor : names) {
            String here = shape(found, tensor);
            String there = shape(expected, tensor);
            if (!here.equals(there)) {
                throw new IllegalArgumentException(
                        "Tensor '" + tensor + "' of " + name + ", a model of method " + state.method() + ", is " + here
                                + ", but that of " + of + " in this training run is " + there);
            }
        }
    }

    private static String shape(Map<String, Tensor> tensors, String name) {
        return tensors.containsKey(name) ? tensors.get(name).shape().toString() : "missing";
    }

    /**
     * Some settings, such as alpha of LoRA, change no shape: the method then computes other values from the same
     * tensors.
     */
    private void requireSameAdapter(PeftMethod method, Adapter adapter) {
        if (!adapter.virtualTokens().equals(state.adapter().virtualTokens())) {
            throw new IllegalArgumentException(name + " has " + state.adapter().virtualTokens() + ", but " + method
                    + " has " + adapter.virtualTokens());
        }
        requireSameShapes(method.toString(), state.adapter().tensors(), adapter.tensors());
        adapter.tensors().forEach((tensor, values) -> {
            if (!areClose(state.adapter().tensors().get(tensor).values(), values.values())) {
                throw new IllegalArgumentException(name + " was trained with other settings than " + method
                        + ", which computes other values of its tensor '" + tensor + "'");
            }
        });
    }

    private static boolean areClose(float[] expected, float[] found) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - found[i]));
        }
        return difference <= TOLERANCE * largest;
    }
}
