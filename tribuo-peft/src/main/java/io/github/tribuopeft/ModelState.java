package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.training.ParameterSet;
import io.github.tribuopeft.training.TrainingState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;

/**
 * State of an adapted model: everything that predictions need except the weights of the backbone. Immutable.
 *
 * @param method name of the method
 * @param backbone reference to the backbone
 * @param adapter the method's tensors
 * @param head the head
 * @param headTensors the head's tensors
 * @param pooling the pooling of hidden states
 * @param maxLength maximum number of tokens in a text, at least 3
 * @param precision number format of the backbone in training, and in predictions unless {@link InferenceOptions} have
 *     another one
 * @param device the device that was configured for training: {@code auto}, {@code cpu} or {@code cuda:N}. It is a record
 *     and not a requirement: predictions run on that of the {@link InferenceOptions}
 * @param trainingState state from which another run can resume; empty unless the options keep it
 * @param <T> the output type
 */
public record ModelState<T extends Output<T>>(
        String method,
        BackboneReference backbone,
        Adapter adapter,
        OutputHead<T> head,
        Map<String, Tensor> headTensors,
        Pooling pooling,
        int maxLength,
        Precision precision,
        String device,
        Optional<TrainingState> trainingState) {

    /** Minimum number of tokens in a text: one between two special tokens. */
    static final int SHORTEST = 3;

    /**
     * @throws IllegalArgumentException if a number is out of range, a tensor contains NaN or infinity, or the adapter's
     *     tensors do not fit each other and its virtual tokens
     */
    public ModelState {
        if (maxLength < SHORTEST) {
            throw new IllegalArgumentException(
                    "The model's maxLength must be at least " + SHORTEST + ", but is " + maxLength);
        }
        Devices.requireName(device);
        adapter.requireComplete();
        requireFinite("adapter", adapter.tensors());
        requireFinite("head", headTensors);
        trainingState.ifPresent(kept -> {
            for (ParameterSet tensors : List.of(kept.parameters(), kept.expAvg(), kept.expAvgSq())) {
                requireFinite("training state", tensors.method());
                requireFinite("training state", tensors.head());
            }
        });
    }

    private static void requireFinite(String of, Map<String, Tensor> tensors) {
        tensors.forEach((name, tensor) -> {
            if (!tensor.isFinite()) {
                throw new IllegalArgumentException(
                        "Tensor '" + name + "' of the model's " + of + " contains NaN or infinity");
            }
        });
    }

    /**
     * Checks that the head's tensors compute the logits of the model's outputs.
     *
     * @throws IllegalArgumentException if not; the message names the tensor
     */
    void requireHead(ImmutableOutputInfo<T> outputs) {
        try {
            head.requireDomain(outputs);
            head.layer().requireTensors(headTensors, head.names(outputs).size());
        } catch (ClassCastException e) {
            throw new IllegalArgumentException(
                    head + " does not predict the model's outputs, which are of class "
                            + outputs.getClass().getName(),
                    e);
        }
    }

    /**
     * Checks that the head reads hidden states of a backbone's width.
     *
     * @throws IllegalArgumentException if not; the message names the tensor
     */
    void requireHead(ImmutableOutputInfo<T> outputs, int hidden) {
        head.layer().requireTensors(headTensors, hidden, outputs.size());
    }

    /**
     * Checks that an open backbone is the one that this model was trained on, and that it can run the model.
     *
     * @param outputs the model's outputs
     * @throws BackboneException if the backbone is another one
     * @throws IllegalArgumentException if a tensor or the maximum length does not fit the backbone; the message names it
     */
    public void requireBackbone(Backbone opened, ImmutableOutputInfo<T> outputs) {
        if (!opened.fingerprint().equals(backbone.fingerprint())) {
            throw new BackboneException("The files of backbone '" + backbone.name()
                    + "' changed while they were read; they are not those that this model was trained on");
        }
        opened.checkAdapter(adapter);
        requireHead(outputs, opened.dimensions().hidden());
        int limit = opened.maxTextTokens(adapter.virtualTokens());
        if (maxLength > limit) {
            throw new IllegalArgumentException("The model's maxLength is " + maxLength
                    + ", but in addition to its virtual tokens the backbone takes at most " + limit + " tokens");
        }
    }

    /** Returns the number of values in all tensors, including those of the training state. */
    long values() {
        return adapter.size()
                + headSize()
                + trainingState.map(TrainingState::size).orElse(0L);
    }

    /** Returns a copy with another adapter and without a training state. */
    ModelState<T> with(Adapter other) {
        return new ModelState<>(
                method, backbone, other, head, headTensors, pooling, maxLength, precision, device, Optional.empty());
    }

    /** Returns a copy that uses another source of its backbone and another device. */
    public ModelState<T> at(BackboneReference other, String otherDevice) {
        return new ModelState<>(
                method, other, adapter, head, headTensors, pooling, maxLength, precision, otherDevice, trainingState);
    }

    /** Returns the SHA-256 of the adapter's and the head's tensors, in lower-case hex: their names, shapes and values. */
    public String parametersHash() {
        return DataDigest.of(adapter.tensors(), headTensors);
    }

    /** Returns the number of values in the head. */
    long headSize() {
        return ParameterSet.size(headTensors);
    }
}
