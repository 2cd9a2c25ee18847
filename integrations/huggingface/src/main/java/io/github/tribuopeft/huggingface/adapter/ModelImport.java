package io.github.tribuopeft.huggingface.adapter;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.training.TrainingState;
import java.net.MalformedURLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.interop.ExternalDatasetProvenance;
import org.tribuo.interop.ExternalTrainerProvenance;
import org.tribuo.provenance.ModelProvenance;

/**
 * Creates a model from an adapter and its head.
 *
 * @param opened configuration of the adapter
 * @param adapter entries for the backbone
 * @param head the head
 * @param labels names of the labels in the order of the logits
 * @param metadata metadata of an adapter that this library wrote
 * @param state training state, if the adapter contains one
 */
record ModelImport(
        OpenedAdapter opened,
        Adapter adapter,
        AdapterHead head,
        List<String> labels,
        Optional<AdapterMetadata> metadata,
        Optional<TrainingState> state) {

    /**
     * Returns a {@link PeftSequenceModel} for TOKEN_CLS, a {@link PeftModel} otherwise.
     *
     * @param maxTextTokens number of the backbone's positions that are left for the text
     * @throws AdapterException if the adapter needs more positions
     */
    AdaptedModel model(BackboneReference backbone, int maxTextTokens) {
        int maxLength = metadata.map(AdapterMetadata::maxLength).orElse(maxTextTokens);
        if (maxLength > maxTextTokens || maxTextTokens < 1) {
            throw new AdapterException("The adapter in " + opened.files().directory() + " is for texts of up to "
                    + maxLength + " tokens, but the backbone has positions for " + maxTextTokens
                    + " tokens in addition to the virtual tokens");
        }
        ModelState<Label> model = new ModelState<>(
                opened.codec().method(),
                backbone,
                adapter,
                new LabelHead(0.1, head.dense()),
                head.tensors(),
                head.pooling(),
                maxLength,
                Precision.FP32,
                "auto",
                state);
        return head.task() == TaskType.TOKEN_CLS
                ? PeftSequenceModel.of(
                        provenance(PeftSequenceModel.class, head.pooling(), true),
                        outputs(),
                        model,
                        metadata.map(AdapterMetadata::decoding).orElse(Decoding.LEGAL))
                : PeftModel.of(provenance(PeftModel.class, head.pooling(), false), outputs(), model);
    }

    private ImmutableOutputInfo<Label> outputs() {
        Map<Label, Integer> ids = new LinkedHashMap<>();
        labels.forEach(name -> ids.put(new Label(name), ids.size()));
        return new LabelFactory().constructInfoForExternalModel(ids);
    }

    private ModelProvenance provenance(Class<?> model, Pooling pooling, boolean sequence) {
        Map<String, Provenance> facts = new LinkedHashMap<>();
        putHash(facts, "adapter-config-hash", opened.files().configHash());
        putHash(facts, "adapter-tensors-hash", opened.files().tensorsHash());
        putText(facts, "peft-type", opened.codec().type());
        putText(facts, "task-type", opened.task().name());
        putText(facts, "peft-version", opened.config().text("peft_version", "unknown"));
        putText(facts, "base-model", opened.baseModel());
        putText(facts, "readout", pooling.name());
        try {
            return new ModelProvenance(
                    model.getName(),
                    OffsetDateTime.now(),
                    new ExternalDatasetProvenance("unknown", new LabelFactory(), sequence, 1, labels.size()),
                    new ExternalTrainerProvenance(
                            opened.files().tensors().toUri().toURL()),
                    facts);
        } catch (MalformedURLException e) {
            throw new AdapterException(
                    opened.files().directory() + " cannot be written as a URL: " + e.getMessage(), e);
        }
    }

    private static void putText(Map<String, Provenance> facts, String key, String value) {
        facts.put(key, new StringProvenance(key, value));
    }

    private static void putHash(Map<String, Provenance> facts, String key, String sha256) {
        facts.put(key, new HashProvenance(HashType.SHA256, key, sha256));
    }
}
