package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.training.AdaptedBackbone;
import java.util.Objects;
import java.util.Optional;

/**
 * How a model runs on this machine: the device, the precision and the size of batches. These belong to the run and not
 * to the model, so a model that was trained on a GPU can be opened on a machine without one. The number of threads
 * belongs to the process, see {@link io.github.tribuopeft.engine.TorchRuntime#setThreads}.
 *
 * <pre>{@code
 * PeftModel<?> model = PeftModel.load(file, InferenceOptions.DEFAULT.withDevice("cpu").withPrecision(Precision.BF16));
 * }</pre>
 *
 * @param device {@code auto} (the first GPU if there is one, otherwise the CPU), {@code cpu} or {@code cuda:N}
 * @param precision number format of the backbone's weights and states; empty for that of the training. Another one
 *     changes predictions, in the second or third decimal of a probability between FP32 and BF16, and the label of
 *     texts that are close to a decision boundary; a warning is logged when the model is opened
 * @param batchTokens maximum number of tokens in a batch, padding included, at least 1; a longer text is a batch of its
 *     own. Larger batches need more memory. The last bits of predictions may depend on it
 * @param listener receives the progress of predictions; empty by default
 */
public record InferenceOptions(
        String device, Optional<Precision> precision, int batchTokens, Optional<PredictionListener> listener) {

    /** The device {@code auto}, the precision of the training, and batches of 2048 tokens. */
    public static final InferenceOptions DEFAULT =
            new InferenceOptions("auto", Optional.empty(), AdaptedBackbone.BATCH_TOKENS, Optional.empty());

    /**
     * Checks the options. Whether this machine has the device is checked when the model is opened.
     *
     * @throws IllegalArgumentException if the device has no valid name, or {@code batchTokens} is smaller than 1
     */
    public InferenceOptions {
        Devices.requireName(device);
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(listener, "listener");
        if (batchTokens < 1) {
            throw new IllegalArgumentException(
                    "The number of tokens in a batch must be at least 1, but is " + batchTokens);
        }
    }

    /** Returns these options with another device. */
    public InferenceOptions withDevice(String name) {
        return new InferenceOptions(name, precision, batchTokens, listener);
    }

    /** Returns these options with a precision. */
    public InferenceOptions withPrecision(Precision format) {
        return new InferenceOptions(device, Optional.of(format), batchTokens, listener);
    }

    /** Returns these options with another number of tokens in a batch. */
    public InferenceOptions withBatchTokens(int tokens) {
        return new InferenceOptions(device, precision, tokens, listener);
    }

    /** Returns these options with a listener. */
    public InferenceOptions withListener(PredictionListener progress) {
        return new InferenceOptions(device, precision, batchTokens, Optional.of(progress));
    }
}
