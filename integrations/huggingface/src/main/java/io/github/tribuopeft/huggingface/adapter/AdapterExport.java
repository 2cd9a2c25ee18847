package io.github.tribuopeft.huggingface.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.adapter.AdapterCodec.EncodedAdapter;
import io.github.tribuopeft.huggingface.files.Printable;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsWriter;
import io.github.tribuopeft.io.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model in PEFT's format.
 *
 * @param settings contents of {@code adapter_config.json}
 * @param tensors tensors of {@code adapter_model.safetensors}
 * @param metadata metadata of {@code adapter_model.safetensors}
 * @param readme contents of {@code README.md}
 */
record AdapterExport(
        Map<String, Object> settings, Map<String, Tensor> tensors, Map<String, String> metadata, AdapterReadme readme) {

    /**
     * Converts a model.
     *
     * @throws AdapterException if PEFT cannot represent the model
     */
    static AdapterExport of(AdaptedModel model, String baseModel) {
        ModelState<?> parts = model.state();
        if (!(parts.head() instanceof LabelHead head)) {
            throw new AdapterException(
                    "Only models with a LabelHead can be exported to PEFT, but this model has a " + parts.head());
        }
        requireText("The name of the base model", baseModel);
        model.labels().forEach(label -> requireText("A label", label));
        AdapterCodec codec = AdapterCodec.ofMethod(parts.method());
        try (Checkpoint checkpoint = BackboneCatalog.find(parts.backbone()).open()) {
            AdapterTarget target = new AdapterTarget(checkpoint.architecture());
            Optional<ClassifierLayout> layout = target.classifiers().stream()
                    .filter(known -> codec.pooling(known.pooling()) == parts.pooling()
                            && known.computes(head, parts.headTensors()))
                    .findFirst();
            TaskType task = layout.map(ClassifierLayout::task).orElse(TaskType.FEATURE_EXTRACTION);
            EncodedAdapter encoded = codec.encode(parts.adapter(), target, task);
            Map<String, Tensor> tensors = new TreeMap<>(encoded.tensors());
            List<String> savedModules = layout.isPresent()
                    ? putHead(layout.get(), codec, target, parts.headTensors(), checkpoint, tensors)
                    : putOwnHead(parts.headTensors(), tensors);
            Map<String, Object> settings = new TreeMap<>(encoded.settings());
            settings.put("modules_to_save", savedModules);
            settings.put("peft_type", codec.type());
            settings.put("task_type", task.name());
            settings.put("base_model_name_or_path", baseModel);
            settings.put("auto_mapping", null);
            settings.put("revision", null);
            settings.put("inference_mode", true);
            AdapterMetadata own = new AdapterMetadata(
                    model.labels(),
                    parts.pooling().name(),
                    head.dense(),
                    parts.adapter().virtualTokens().placement(),
                    parts.maxLength(),
                    model.tagDecoding().orElse(null));
            Map<String, String> metadata = new TreeMap<>(own.entries());
            parts.trainingState().ifPresent(state -> StoredTrainingState.put(state, tensors, metadata));
            return new AdapterExport(
                    settings,
                    tensors,
                    metadata,
                    new AdapterReadme(
                            baseModel,
                            codec,
                            task,
                            own,
                            parts.adapter().virtualTokens(),
                            target.firstPosition(),
                            parts.precision()));
        }
    }

    /** Adds a head under transformers' names and returns the modules that PEFT must load. */
    private static List<String> putHead(
            ClassifierLayout layout,
            AdapterCodec codec,
            AdapterTarget target,
            Map<String, Tensor> head,
            Checkpoint checkpoint,
            Map<String, Tensor> tensors) {
        List<String> modules = new ArrayList<>(List.of("classifier", "score"));
        String output = codec.headPrefix() + layout.output();
        tensors.put(output + ".weight", head.get("weight"));
        if (layout.biased()) {
            tensors.put(output + ".bias", head.get("bias"));
        }
        if (layout.hasDense()) {
            Tensor weight = head.get("dense.weight");
            Tensor bias = head.get("dense.bias");
            boolean frozen = layout.pretrained()
                    && checkpoint.find(layout.dense() + ".weight").equals(Optional.of(weight))
                    && checkpoint.find(layout.dense() + ".bias").equals(Optional.of(bias));
            if (!frozen) {
                String dense =
                        codec.headPrefix() + (layout.pretrained() ? target.prefix(layout.task()) : "") + layout.dense();
                tensors.put(dense + ".weight", weight);
                tensors.put(dense + ".bias", bias);
            }
            if (!frozen && layout.pretrained()) {
                modules.add(layout.denseModule());
            }
        }
        return modules;
    }

    /**
     * Adds a head that transformers does not have; PEFT ignores it. Returns null, because PEFT must not load a
     * module.
     */
    private static List<String> putOwnHead(Map<String, Tensor> head, Map<String, Tensor> tensors) {
        head.forEach((name, tensor) -> tensors.put(AdapterHead.OWN_PREFIX + name, tensor));
        return null;
    }

    private static void requireText(String subject, String text) {
        if (text.isBlank() || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new AdapterException(subject + " is " + Printable.literal(text)
                    + "; expected a text that is not blank, in valid Unicode");
        }
    }

    /**
     * Replaces the three files, or none of them if one cannot be written.
     *
     * @return advice on what Python must do in addition to loading the adapter; empty if nothing
     */
    Optional<String> write(Path directory) throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        try (AtomicFiles files = new AtomicFiles()) {
            byte[] config = json.writeValueAsBytes(settings);
            files.write(directory.resolve(PeftAdapterDirectory.CONFIG), out -> out.write(config));
            files.write(
                    directory.resolve(PeftAdapterDirectory.TENSORS),
                    out -> SafetensorsWriter.write(out, tensors, metadata));
            files.writeString(directory.resolve(PeftAdapterDirectory.README), readme.text());
            files.commit();
        }
        return readme.advice();
    }
}
