package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuopeft.method.PeftMethod;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.IntStream;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.OutputInfo;

/**
 * Head for one output type of Tribuo: layers that compute one logit for each name (a label or a dimension), an
 * objective for training, a metric for the development set, and the conversion of logits to predictions. A head is
 * configuration; its tensors belong to the training run and to the model.
 *
 * <p>A head for another output type implements this interface and is registered with
 * {@link io.github.tribuopeft.ModelFileRegistry}, so that model files can name it.
 *
 * @param <T> the output type
 */
public interface OutputHead<T extends Output<T>> extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /** Returns the layers, which compute logits [R, C] from pooled hidden states [R, H]. */
    HeadLayer layer();

    /** Returns the objective. */
    Objective<T> objective();

    /** Returns the metric that chooses the best epoch. */
    HeadMetric metric();

    /** Returns the conversion of logits to predictions. */
    OutputPredictor<T> predictor();

    /** Returns the names in an output: its label or labels, or its dimensions. Empty for an output without labels. */
    SortedSet<String> names(T output);

    /** Returns the placeholder for an unknown output, such as {@code LabelFactory.UNKNOWN_LABEL}. */
    T unknown();

    /** Returns the C names in the order of their ids, which is the order of the logits. */
    default List<String> names(ImmutableOutputInfo<T> outputs) {
        return IntStream.range(0, outputs.size())
                .mapToObj(id -> names(outputs.getOutput(id)).first())
                .toList();
    }

    /** Returns the default learning rate of a method that is trained with this head. */
    default double defaultLearningRate(PeftMethod method) {
        return method.defaultLearningRate();
    }

    /**
     * Checks that a model can be trained on outputs.
     *
     * @throws IllegalArgumentException if the data has too few outputs
     */
    void validate(OutputInfo<T> outputs);

    /**
     * Checks an output domain from a model file.
     *
     * @throws IllegalArgumentException if predictions cannot be computed with it
     */
    default void requireDomain(ImmutableOutputInfo<T> outputs) {}
}
