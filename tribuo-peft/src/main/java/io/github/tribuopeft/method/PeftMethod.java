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
 * A way to adapt a frozen transformer by training a few tensors.
 *
 * <p>Methods are configuration: immutable after construction, shared by any number of trainings. The tensors themselves live in
 * the training loop and, afterwards, in the model. To be found by name, a method has a public constructor without arguments
 * that gives its defaults, and a line in {@code META-INF/services}.
 */
public interface PeftMethod extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /** The method's name on the command line and in reports, such as {@code prefix-tuning}. */
    String name();

    /** The learning rate that serves this method where the user gives none. */
    double defaultLearningRate();

    /**
     * How much faster than the method's learning rate one of its tensors learns; 1 where nothing is said. For methods made of parts that
     * need rates of their own.
     *
     * @param tensor a name that {@link #initialize} gave
     */
    default double learningRateMultiplier(String tensor) {
        return 1.0;
    }

    /**
     * Whether it adds to the layers themselves, and not just to what goes in: true for most. Such methods cannot work in backbones whose layers are a
     * module of the user's own.
     */
    default boolean needsLayers() {
        return true;
    }

    /** The virtual tokens it adds; {@link VirtualTokens#NONE} for most. */
    VirtualTokens virtualTokens();

    /**
     * Makes the trainable tensors as they are before the first step.
     *
     * @throws IllegalArgumentException if the settings do not fit the backbone
     */
    Map<String, Tensor> initialize(MethodContext context);

    /**
     * Turns the trainable tensors into what the backbone's program looks up, with operations that gradients flow through. The
     * default, right where the two are the same, returns {@code trained}. After training this runs once more, without
     * dropout, and its result is what a model keeps.
     *
     * @param trained the trainable tensors by name
     * @param shape the backbone's sizes
     * @param dropout random during training, {@link Dropout#OFF} otherwise
     */
    default Map<String, NDArray> materialize(Map<String, NDArray> trained, ModelDimensions shape, Dropout dropout) {
        return trained;
    }

    /**
     * The trainable tensors of which {@link #materialize} makes what a model keeps, so that a training can go on from a model that kept no more.
     * The default, right where the two are the same, returns {@code adapter}.
     *
     * @param adapter what the backbone's program looks up, by name
     * @throws IllegalArgumentException if it does not tell what it was made of
     */
    default Map<String, Tensor> recoverParameters(Map<String, Tensor> adapter) {
        return adapter;
    }
}
