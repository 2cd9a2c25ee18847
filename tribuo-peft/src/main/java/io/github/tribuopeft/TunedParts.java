package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.Readout;
import io.github.tribuopeft.training.TrainingState;
import java.util.Map;
import java.util.Optional;
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
public record TunedParts<T extends Output<T>>(
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

    /** The same with another adapter, from which no training can go on. */
    TunedParts<T> with(Adapter other) {
        return new TunedParts<>(
                method, backbone, other, head, headTensors, readout, maxLength, precision, device, Optional.empty());
    }

    /** Number of values in the head. */
    long headSize() {
        return headTensors.values().stream().mapToLong(Tensor::size).sum();
    }
}
