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

/** What tuned models of every task have in common, beside being Tribuo models. */
public interface AdaptedModel extends AutoCloseable {

    /**
     * Tells the class of the model in a file, {@link PeftModel} or {@link PeftSequenceModel}, without reading all of it.
     *
     * @throws IOException if the file cannot be read, or holds something else; the message says which
     */
    static Class<? extends AdaptedModel> kindOf(Path file) throws IOException {
        return ModelFiles.kind(file);
    }

    /** What runs the model. */
    InferenceSession session();

    /** What it is made of, and what {@code of} of its class makes a model of. */
    default ModelState<?> parts() {
        return session().parts();
    }

    /** The name of the method that tuned it. */
    default String method() {
        return parts().method();
    }

    /** The backbone that it belongs to. */
    default BackboneReference backbone() {
        return parts().backbone();
    }

    /** The tensors that the method adds to the backbone, by name. */
    default Map<String, Tensor> adapter() {
        return parts().adapter().tensors();
    }

    /** The virtual tokens among them. */
    default VirtualTokens virtualTokens() {
        return session().parts().adapter().virtualTokens();
    }

    /** Number of values that the model keeps of its method. */
    default long adapterParameters() {
        return parts().adapter().size();
    }

    /** Number of values in the head. */
    default long headParameters() {
        return parts().headSize();
    }

    /** Number of texts so far of which something was cut to predict, being longer than the model takes. */
    default long truncatedTexts() {
        return session().truncated();
    }

    /** How its training went; empty for a model that was read from a file, copied or merged. */
    Optional<TrainingHistory> history();

    /**
     * What a reader needs to know of it beside what every Tribuo model tells, as texts, numbers and maps by name, for model cards: the method,
     * the backbone and its fingerprint, how many values are stored, the seed; and after training how many were trained, the chosen epoch
     * and its metric on the development set, which a model read from a file does not know any more.
     */
    default Map<String, Object> summary() {
        return ModelSummary.of(this);
    }

    /** What the model was made of. */
    ModelProvenance getProvenance();

    /**
     * A model that predicts the same, with the low-rank terms and factors that its method adds to linear maps (those of LoRA and IA3) folded
     * into copies of these maps' weights; what else the method adds stays as it is. Predicting saves the extra products. In return the model
     * keeps, in memory and in its file, whole weights in place of a few kilobytes: almost a second backbone where all maps are meant.
     *
     * <p>Answers differ in rounding alone: in float32 by less than 1e-5; in bfloat16, to which the copies are rounded for every batch
     * anew, the second decimal may change.
     *
     * <p>The merged model has a life of its own: closing one leaves the other open.
     *
     * @throws IllegalStateException if the model is closed
     */
    AdaptedModel merged();

    /** The names of its outputs in the order of their ids, which is that of the head's logits. */
    List<String> labels();

    /** How a tagger chooses tags; empty for a classifier of texts. */
    default Optional<Decoding> tagDecoding() {
        return Optional.empty();
    }

    /** The features that it was trained on: the one that all texts have. */
    ImmutableFeatureMap getFeatureIDMap();

    /** The outputs that it knows. */
    ImmutableOutputInfo<?> getOutputIDInfo();

    /**
     * Writes the model as a Tribuo protobuf and creates the file's parent directories. The file appears complete, or an existing one stays as it is.
     *
     * @throws IOException if the file cannot be written; the message names the file and the reason
     */
    void serializeToFile(Path path) throws IOException;

    /** Frees the model's native memory. Closing twice is harmless. */
    @Override
    default void close() {
        session().close();
    }
}
