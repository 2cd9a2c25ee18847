package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.AdapterCodec.Written;
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
 * A model in PEFT's words.
 *
 * @param settings the keys of {@code adapter_config.json}
 * @param tensors the tensors of {@code adapter_model.safetensors}
 * @param metadata what PEFT has no place for, in the tensors' file
 * @param readme how to run it in Python
 */
record AdapterExport(
        Map<String, Object> settings, Map<String, Tensor> tensors, Map<String, String> metadata, AdapterReadme readme) {

    static AdapterExport of(AdaptedModel model, String baseModel) {
        ModelState<?> parts = model.state();
        if (!(parts.head() instanceof LabelHead head)) {
            throw new AdapterException("The heads of PEFT's models give labels, but this model has a " + parts.head());
        }
        requireText("The name of the base model", baseModel);
        model.labels().forEach(label -> requireText("A label", label));
        AdapterCodec kind = AdapterCodec.ofMethod(parts.method());
        try (Checkpoint checkpoint = BackboneCatalog.find(parts.backbone()).open()) {
            AdapterTarget target = new AdapterTarget(checkpoint.architecture());
            Optional<ClassifierLayout> names = target.family().heads().stream()
                    .filter(known ->
                            kind.read(known.readout()) == parts.pooling() && known.computes(head, parts.headTensors()))
                    .findFirst();
            TaskType task = names.map(ClassifierLayout::task).orElse(TaskType.FEATURE_EXTRACTION);
            Written written = kind.write(parts.adapter(), target, task);
            Map<String, Object> settings = new TreeMap<>(written.settings());
            Map<String, Tensor> tensors = new TreeMap<>(written.tensors());
            names.ifPresentOrElse(
                    known -> settings.put(
                            "modules_to_save", putHead(known, kind, target, parts.headTensors(), checkpoint, tensors)),
                    () -> {
                        settings.put("modules_to_save", null);
                        parts.headTensors()
                                .forEach((name, tensor) -> tensors.put(PeftAdapterDirectory.OWN_HEAD + name, tensor));
                    });
            settings.put("peft_type", kind.type());
            settings.put("task_type", task.name());
            settings.put("base_model_name_or_path", baseModel);
            settings.put("auto_mapping", null);
            settings.put("revision", null);
            settings.put("inference_mode", true);
            AdapterMetadata memo = new AdapterMetadata(
                    model.labels(),
                    parts.pooling().name(),
                    head.dense(),
                    parts.adapter().virtualTokens().placement(),
                    parts.maxLength(),
                    model.tagDecoding().orElse(null));
            Map<String, String> metadata = new TreeMap<>(memo.metadata());
            parts.trainingState().ifPresent(state -> StoredTrainingState.put(state, tensors, metadata));
            return new AdapterExport(
                    settings,
                    tensors,
                    metadata,
                    new AdapterReadme(
                            baseModel,
                            kind,
                            task,
                            memo,
                            parts.adapter().virtualTokens(),
                            target.firstPosition(),
                            parts.precision()));
        }
    }

    /** Puts a head under transformers' names; returns the modules that PEFT is to load. */
    private static List<String> putHead(
            ClassifierLayout names,
            AdapterCodec kind,
            AdapterTarget target,
            Map<String, Tensor> head,
            Checkpoint checkpoint,
            Map<String, Tensor> tensors) {
        List<String> modules = new ArrayList<>(List.of("classifier", "score"));
        String output = kind.headLead() + names.output();
        tensors.put(output + ".weight", head.get("weight"));
        if (names.biased()) {
            tensors.put(output + ".bias", head.get("bias"));
        }
        if (names.hasDense()) {
            Tensor weight = head.get("dense.weight");
            Tensor bias = head.get("dense.bias");
            boolean frozen = names.pretrained()
                    && checkpoint.find(names.dense() + ".weight").equals(Optional.of(weight))
                    && checkpoint.find(names.dense() + ".bias").equals(Optional.of(bias));
            if (!frozen) {
                String dense =
                        kind.headLead() + (names.pretrained() ? target.prefix(names.task()) : "") + names.dense();
                tensors.put(dense + ".weight", weight);
                tensors.put(dense + ".bias", bias);
            }
            if (!frozen && names.pretrained()) {
                modules.add(names.denseModule());
            }
        }
        return modules;
    }

    private static void requireText(String what, String text) {
        if (text.isBlank() || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new AdapterException(
                    what + " is " + Printable.literal(text) + "; expected a text that is not blank, in valid Unicode");
        }
    }

    /** Replaces the three files, or none if one cannot be written; returns what Python must do beside loading the adapter. */
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
        return readme.caution();
    }
}
