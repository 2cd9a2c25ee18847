package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import java.util.Map;

/**
 * Parameter-efficient fine-tuning method: adapts a frozen transformer by training a few tensors.
 *
 * <p>A method is immutable configuration, which any number of training runs may share. The training loop and the model own
 * the tensors. A method that can be found by name has a public constructor without arguments, which sets the defaults,
 * and is registered in {@code META-INF/services}.
 */
public interface PeftMethod extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /** Returns the name on the command line and in reports, such as {@code prefix-tuning}. */
    String name();

    /** Returns a description in one line, for lists of methods; empty by default. */
    default String description() {
        return "";
    }

    /** Returns the default learning rate. */
    double defaultLearningRate();

    /** Returns the default learning rate for language models; that of other tasks by default. */
    default double languageModelLearningRate() {
        return defaultLearningRate();
    }

    /**
     * Returns the factor by which the learning rate of a tensor is multiplied, for combinations of methods. The default
     * is 1.
     *
     * @param tensor name of a tensor that {@link #initialize} returned
     */
    default double learningRateMultiplier(String tensor) {
        return 1.0;
    }

    /**
     * Whether the method changes layers, and not only their inputs. Such methods do not support backbones whose layers
     * are a TorchScript module. The default is true.
     */
    default boolean needsLayers() {
        return true;
    }

    /** Returns the virtual tokens that the method adds; {@link VirtualTokens#NONE} for most methods. */
    VirtualTokens virtualTokens();

    /**
     * Returns the first layer, from 0, whose states depend on the trained tensors. The states before it are the same in
     * all epochs. The default is 0, for methods that may change the inputs of the first layer.
     *
     * @param dimensions dimensions of the backbone
     * @throws IllegalArgumentException if the settings do not fit the backbone
     */
    default int firstLayer(ModelDimensions dimensions) {
        return 0;
    }

    /**
     * Returns the initial trainable tensors by name.
     *
     * @throws IllegalArgumentException if the settings do not fit the backbone
     */
    Map<String, Tensor> initialize(MethodContext context);

    /**
     * Computes the entries of an adapter from the trainable tensors, with operations that propagate gradients. After
     * training, this is called once without dropout, and the model keeps the result. The default returns {@code
     * trained}, for methods whose tensors are the entries.
     *
     * @param trained the trainable tensors by name
     * @param dimensions dimensions of the backbone
     * @param dropout dropout of the training step, {@link Dropout#OFF} otherwise
     */
    default Map<String, NDArray> materialize(
            Map<String, NDArray> trained, ModelDimensions dimensions, Dropout dropout) {
        return trained;
    }

    /**
     * Recovers the trainable tensors from the entries that {@link #materialize} computed from them, so that training
     * can be resumed from a model without a training state. The default returns {@code adapter}.
     *
     * @param adapter the entries of the adapter by name
     * @throws IllegalArgumentException if the trainable tensors cannot be recovered
     */
    default Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        return adapter;
    }
}
