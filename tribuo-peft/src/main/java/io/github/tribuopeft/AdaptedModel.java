package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.training.TrainingHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.provenance.ModelProvenance;

/** Adapted model of any task, which is also a model of Tribuo. */
public sealed interface AdaptedModel extends AutoCloseable permits PeftModel, PeftSequenceModel, PeftTextModel {

    /**
     * Returns the class of the model in a file, {@link PeftModel}, {@link PeftSequenceModel} or {@link PeftTextModel}. Reads only the
     * beginning of the file.
     *
     * @throws IOException if the file cannot be read or contains something else; the message contains the reason
     */
    static Class<? extends AdaptedModel> kindOf(Path file) throws IOException {
        return ModelFiles.kind(file);
    }

    /**
     * Reads a model file of any class.
     *
     * @throws IOException if the file cannot be read, contains something else, or is truncated or altered; the message
     *     contains the file and the reason
     */
    static AdaptedModel load(Path file) throws IOException {
        return load(file, InferenceOptions.DEFAULT);
    }

    /**
     * Reads a model file of any class.
     *
     * @param options the device, the precision and the size of batches; the device of the training does not matter
     * @throws IOException if the file cannot be read, contains something else, or is truncated or altered; the message
     *     contains the file and the reason
     */
    static AdaptedModel load(Path file, InferenceOptions options) throws IOException {
        return ModelFiles.load(file, options);
    }

    /** Returns the session that runs the model. */
    InferenceSession session();

    /** Returns the state of the model, of which {@code of} of its class creates a copy. */
    default ModelState<?> state() {
        return session().state();
    }

    /** Returns the name of the method. */
    default String method() {
        return state().method();
    }

    /** Returns the reference to the backbone. */
    default BackboneReference backbone() {
        return state().backbone();
    }

    /** Returns the tensors that the method adds to the backbone, by name. */
    default Map<String, Tensor> adapter() {
        return state().adapter().tensors();
    }

    /** Returns the virtual tokens of the adapter. */
    default VirtualTokens virtualTokens() {
        return state().adapter().virtualTokens();
    }

    /** Returns the number of values in the adapter. */
    default long adapterParameters() {
        return state().adapter().size();
    }

    /** Returns the number of values in the head. */
    default long headParameters() {
        return state().headSize();
    }

    /** Returns the number of texts so far that were truncated for a prediction. */
    default long truncatedTexts() {
        return session().truncated();
    }

    /** Returns the record of its training; empty for a model that was read from a file, copied or merged. */
    Optional<TrainingHistory> history();

    /**
     * Returns a summary for model cards, as texts, numbers and maps: the method, the backbone and its fingerprint, the
     * number of stored values, and the seed. A model that was not read from a file adds the number of trained values,
     * the chosen epoch and its development metric.
     */
    default Map<String, Object> summary() {
        return ModelSummary.of(this);
    }

    /** Returns the provenance. */
    ModelProvenance getProvenance();

    /**
     * Merges the low-rank terms and factors of linear layers (those of LoRA and IA3) into copies of the weights, and
     * returns a model with the same predictions. Other tensors of the method stay as they are. Predictions need fewer
     * operations, but the model and its file contain whole weights instead of a few kilobytes: almost a second backbone
     * if all linear layers are adapted.
     *
     * <p>Predictions differ only by rounding: in float32 by less than 1e-5; in bfloat16, to which the weights are
     * rounded for each batch, the second decimal may change.
     *
     * <p>Each of the two models must be closed.
     *
     * @throws IllegalStateException if the model is closed
     */
    AdaptedModel merged();

    /** Returns the names of the outputs in the order of their ids, which is the order of the logits. */
    List<String> labels();

    /** Returns the decoding of tags; empty for other models than taggers. */
    default Optional<Decoding> tagDecoding() {
        return Optional.empty();
    }

    /** Returns the feature domain: the one feature that all texts have. */
    ImmutableFeatureMap getFeatureIDMap();

    /** Returns the output domain. */
    ImmutableOutputInfo<?> getOutputIDInfo();

    /**
     * Writes the model as a protobuf of Tribuo and creates the parent directories of the file. If writing fails, an
     * existing file is unchanged.
     *
     * @throws IOException if the file cannot be written; the message contains the file and the reason
     */
    void serializeToFile(Path path) throws IOException;

    /** Frees the native memory of the model. Closing twice has no effect. */
    @Override
    default void close() {
        session().close();
    }
}
