package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.evaluation.comparison.DataDescription;
import io.github.tribuopeft.evaluation.report.Evaluation;
import io.github.tribuopeft.evaluation.report.EvaluationReport;
import io.github.tribuopeft.method.PeftMethods;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tribuo.provenance.ModelProvenance;

/**
 * Report on a model and a test set.
 *
 * @param model the model
 * @param file the model file
 * @param data the test file
 * @param seconds the time of predicting
 */
record TestReport(AdaptedModel model, Path file, Path data, double seconds) {

    private static final String HASH = ", SHA-256 ";

    /** Returns the report on the model's predictions. */
    EvaluationReport of(TestPredictions test) {
        ModelProvenance provenance = model.getProvenance();
        String training = DataDescription.of(provenance.getDatasetProvenance().getSourceProvenance());
        Map<String, String> header = new LinkedHashMap<>();
        header.put("method", model.method());
        header.put("backbone", model.backbone().name());
        header.put("parameters", String.format(Locale.ROOT, "%,d", model.adapterParameters() + model.headParameters()));
        if (training.contains(HASH)) {
            header.put("training data", withoutHash(training));
        }
        header.put(
                "training examples",
                String.format(
                        Locale.ROOT, "%,d", provenance.getDatasetProvenance().getNumExamples()));
        option("epochs").ifPresent(epochs -> header.put("epochs", epochs));
        rates().ifPresent(rates -> header.put("learning rates", rates));
        header.put("trained", provenance.getTrainingTime().toLocalDate().toString());
        header.put("test data", withoutHash(test.source()));
        header.put(
                "prediction",
                String.format(
                        Locale.ROOT, "%,.0f items per second", test.items().size() / seconds));
        Map<String, String> facts = new LinkedHashMap<>(
                Environment.describe(model.backbone().name(), model.backbone().fingerprint()));
        facts.put("training data", training);
        facts.put("test data", test.source());
        facts.put("trainer", provenance.getTrainerProvenance().toString());
        return EvaluationReport.of(new Evaluation(
                file.getFileName() + " on " + data.getFileName(),
                model.method(),
                test.scoring(),
                test.items(),
                test.predictions(),
                test.probabilities(),
                test.baseline(),
                header,
                facts));
    }

    private static String withoutHash(String description) {
        return description.split(HASH, 2)[0];
    }

    /** Returns an option of the training; imported adapters have none. */
    private Optional<String> option(String name) {
        Provenance options = model.getProvenance()
                .getTrainerProvenance()
                .getConfiguredParameters()
                .get("options");
        return options instanceof ConfiguredObjectProvenance configured
                ? Optional.ofNullable(configured.getConfiguredParameters().get(name))
                        .map(Provenance::toString)
                : Optional.empty();
    }

    private Optional<String> rates() {
        return option("learningRate").map(rate -> {
            boolean ownDefault = Double.parseDouble(rate) == 0;
            List<String> names = PeftMethods.names();
            String effective = !ownDefault
                    ? rate
                    : names.contains(model.method())
                            ? "" + PeftMethods.named(model.method()).defaultLearningRate()
                            : "the method's default";
            return effective
                    + option("headLearningRate").map(head -> "; head " + head).orElse("");
        });
    }
}
