package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.head.OutputHead;
import java.util.List;
import java.util.SortedSet;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;

/**
 * Task-specific part of training: how examples are encoded, how a development set is scored, and which model is
 * created.
 *
 * @param <E> the example type
 * @param <T> the output type
 * @param <M> the model type
 */
interface TrainingTask<E, T extends Output<T>, M extends AdaptedModel> {

    /** Returns the class of the model. */
    Class<? super M> modelType();

    /** Returns the head. */
    OutputHead<T> head();

    /** Returns the pooling of hidden states in a backbone. */
    Pooling pooling(Backbone backbone);

    /**
     * Checks that examples have texts.
     *
     * @throws IllegalArgumentException if an example has no text
     */
    void requireTexts(List<E> examples);

    /** Returns the group of an example in a stratified split. */
    String stratum(E example);

    /** Returns the labels of an example that both parts of a split must contain, and that training must have seen. */
    SortedSet<String> labels(E example);

    /** Returns the labels in an output domain. */
    SortedSet<String> labels(ImmutableOutputInfo<T> outputs);

    /** Describes a label in messages, such as {@code the output 'good'}. */
    String describe(String label);

    /**
     * Encodes training examples.
     *
     * @throws IllegalArgumentException if an example has no text or no target, or if no tokens remain
     */
    EncodedDataset encode(List<E> examples, ImmutableOutputInfo<T> outputs, TextEncoder encoder);

    /** Encodes the examples that choose the best epoch; they may be empty. */
    ValidationSet encodeValidation(List<E> examples, ImmutableOutputInfo<T> outputs, TextEncoder encoder);

    /** Creates the model. */
    M createModel(TrainedModel<T> trained);
}
