package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.Readout;
import io.github.tribuopeft.training.TrainingState;
import io.github.tribuopeft.training.TrainingState.Values;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;

/**
 * Everything that running a tuned model takes, beside the weights of its backbone. Immutable.
 *
 * @param method the method's name
 * @param backbone which backbone
 * @param adapter what the method adds
 * @param head the head's settings
 * @param headTensors the head's values
 * @param readout which hidden states the head is asked about
 * @param maxLength number of tokens that a text is cut to
 * @param precision what the backbone computes in
 * @param device the device asked for
 * @param state from which a training can go on; empty unless it was asked for
 * @param <T> the output type
 */
public record ModelState<T extends Output<T>>(
        String method,
        BackboneReference backbone,
        Adapter adapter,
        OutputHead<T> head,
        Map<String, Tensor> headTensors,
        Readout readout,
        int maxLength,
        Precision precision,
        String device,
        Optional<TrainingState> state) {

    /** The fewest tokens that hold a text: one between two special ones. */
    static final int SHORTEST = 3;

    /**
     * @throws IllegalArgumentException if a number is out of its range, a tensor holds NaN or infinity, or the adapter's tensors do not fit each other and
     *     its virtual tokens
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
        state.ifPresent(kept -> {
            for (Values values : List.of(kept.values(), kept.first(), kept.second())) {
                requireFinite("training state", values.method());
                requireFinite("training state", values.head());
            }
        });
    }

    private static void requireFinite(String of, Map<String, Tensor> tensors) {
        tensors.forEach((name, tensor) -> {
            if (!tensor.isFinite()) {
                throw new IllegalArgumentException(
                        "Tensor '" + name + "' of the model's " + of + " holds NaN or infinity");
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

    /** Number of all values that are kept, those of a training state included. */
    long values() {
        return adapter.size()
                + headSize()
                + state.map(kept -> Stream.of(kept.values(), kept.first(), kept.second())
                                .flatMap(values -> Stream.of(values.method(), values.head()))
                                .flatMap(tensors -> tensors.values().stream())
                                .mapToLong(Tensor::size)
                                .sum())
                        .orElse(0L);
    }

    /** The same with another adapter, from which no training can go on. */
    ModelState<T> with(Adapter other) {
        return new ModelState<>(
                method, backbone, other, head, headTensors, readout, maxLength, precision, device, Optional.empty());
    }

    /** Number of values in the head. */
    long headSize() {
        return headTensors.values().stream().mapToLong(Tensor::size).sum();
    }
}
