package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tribuo.provenance.TrainerProvenance;

/** Summary of a model for model cards, as maps of texts and numbers. */
final class ModelSummary {

    private static final String SCHEMA_VERSION = "1.0";

    private ModelSummary() {}

    static Map<String, Object> of(AdaptedModel model) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("schema-version", SCHEMA_VERSION);
        summary.put("method", model.method());
        summary.put("backbone", backbone(model.backbone()));
        summary.put("stored-values", values(model.adapterParameters(), model.headParameters()));
        TrainerProvenance trainer = model.getProvenance().getTrainerProvenance();
        put(summary, "seed", trainer.getConfiguredParameters().get("seed"));
        put(
                summary,
                TrainerProvenance.TRAIN_INVOCATION_COUNT,
                trainer.getInstanceValues().get(TrainerProvenance.TRAIN_INVOCATION_COUNT));
        model.history().ifPresent(history -> addTraining(summary, history));
        return Collections.unmodifiableMap(summary);
    }

    private static Map<String, Object> backbone(BackboneReference backbone) {
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("name", backbone.name());
        reference.put("config-sha256", backbone.fingerprint().config());
        reference.put("weights-sha256", backbone.fingerprint().weights());
        reference.put("tokenizer-sha256", backbone.fingerprint().tokenizer());
        return reference;
    }

    private static Map<String, Object> values(long method, long head) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("method", method);
        values.put("head", head);
        return values;
    }

    private static void put(Map<String, Object> summary, String name, Provenance value) {
        if (value instanceof PrimitiveProvenance<?> primitive) {
            summary.put(name, primitive.getValue());
        }
    }

    private static void addTraining(Map<String, Object> summary, TrainingHistory history) {
        summary.put(
                "trained-values",
                values(history.start().adapterParameters(), history.start().headParameters()));
        summary.put("backbone-values", history.start().backboneParameters());
        summary.put("training-examples", history.start().examples());
        summary.put("development-examples", history.start().developmentExamples());
        summary.put("truncated-examples", history.start().truncated());
        summary.put("epochs", history.epochs().size());
        summary.put("chosen-epoch", history.bestEpoch());
        if (history.bestEpoch() > history.epochs().size()) {
            return; // training was stopped inside the epoch
        }
        TrainingEpoch chosen = history.epochs().get(history.bestEpoch() - 1);
        summary.put("train-loss", chosen.trainLoss());
        history.bestScore().ifPresent(score -> {
            Map<String, Object> metric = new LinkedHashMap<>();
            metric.put("name", score.name());
            metric.put("value", score.value());
            summary.put("development-metric", metric);
        });
    }
}
