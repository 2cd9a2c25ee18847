package io.github.tribuopeft.head;

import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.Prediction;

/**
 * Conversion of logits to predictions of Tribuo.
 *
 * @param <T> the output type
 */
public interface OutputPredictor<T extends Output<T>> {

    /** Returns whether the {@link #scores} are probabilities. */
    boolean generatesProbabilities();

    /**
     * Computes the score of each output from one row of logits.
     *
     * @param logits [C]
     * @return C scores in the order of the output ids
     */
    double[] scores(float[] logits);

    /**
     * Creates the prediction for one example.
     *
     * @param logits [C]
     * @param used number of active features to report
     */
    Prediction<T> predict(float[] logits, ImmutableOutputInfo<T> outputs, Example<T> example, int used);
}
