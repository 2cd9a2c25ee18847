package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.OutputInfo;
import org.tribuo.Prediction;

/**
 * Rows of hidden states in, outputs of one Tribuo type out. Heads are configuration; their tensors live in the training loop and
 * in the model.
 *
 * @param <T> the output type
 */
public interface OutputHead<T extends Output<T>> extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /**
     * Checks that there is something to learn.
     *
     * @throws IllegalArgumentException if these outputs cannot be learned
     */
    void validate(OutputInfo<T> outputs);

    /** The names of the outputs in the order of their ids. */
    List<String> names(ImmutableOutputInfo<T> outputs);

    /** Makes the head's tensors as they are before the first step. */
    Map<String, Tensor> initialize(int hidden, ImmutableOutputInfo<T> outputs, SplittableRandom random);

    /**
     * Checks tensors that were not made by {@link #initialize} here, as those of a model file.
     *
     * @throws IllegalArgumentException if one is missing, is not the head's or has another shape; the message names it
     */
    default void requireTensors(Map<String, Tensor> tensors, ImmutableOutputInfo<T> outputs) {
        names(outputs);
    }

    /**
     * Computes logits.
     *
     * @param rows [R, H]
     * @param tensors the head's tensors
     * @param dropout random during training
     * @return [R, C]
     */
    NDArray logits(NDArray rows, Map<String, NDArray> tensors, Dropout dropout);

    /** What {@link #loss} is told of an output. */
    float[] target(T output, ImmutableOutputInfo<T> outputs);

    /**
     * Computes the loss of every row.
     *
     * @param logits [R, C]
     * @param targets [R, K], rows of {@link #target}
     * @return [R]
     */
    NDArray loss(NDArray logits, NDArray targets);

    /** Whether {@link #scores} are probabilities. */
    boolean generatesProbabilities();

    /** The score of every output, in the order of their ids, from one row of logits [C]. */
    double[] scores(float[] logits);

    /** Makes a prediction of one row of logits [C]. */
    Prediction<T> predict(float[] logits, ImmutableOutputInfo<T> outputs, Example<T> example, int used);

    /** The name of the metric by which the best state is chosen on a development set. */
    String metricName();

    /**
     * The metric of one row after another: higher is better. It is taken after every epoch, on sets of any size, so it makes no predictions.
     *
     * @param logits rows [C]
     * @param targets as many rows of {@link #target}; that of an output which training has not seen fits no logits
     */
    double metric(List<float[]> logits, List<float[]> targets);
}
