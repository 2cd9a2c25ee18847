package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Value of facts about the training that a model file does not contain. */
    private static final long UNKNOWN = -1;

    /** Returns the report on the model's predictions. */
    Report of(TestAnswers answers) throws IOException {
        ModelProvenance provenance = model.getProvenance();
        Cell.Key key = new Cell.Key(
                model.method(),
                seed(provenance),
                provenance.getDatasetProvenance().getNumExamples());
        Cell.Costs costs = new Cell.Costs(
                UNKNOWN,
                model.adapterParameters() + model.headParameters(),
                Files.size(file),
                Double.NaN,
                seconds,
                UNKNOWN);
        Map<String, String> facts = new LinkedHashMap<>(
                Environment.describe(model.backbone().name(), model.backbone().fingerprint()));
        facts.put("test data", answers.source());
        return ComparisonRun.report(
                ComparisonResult.ofOne(
                        file.getFileName() + " on " + data.getFileName(),
                        answers.scoring(),
                        new Candidate(
                                key.candidate(),
                                Candidates.kind(model.virtualTokens()),
                                provenance.getTrainerProvenance().toString()),
                        answers.items(),
                        new Cell(
                                key,
                                "",
                                answers.scoring().metrics(answers.items(), answers.predictions()),
                                costs,
                                List.of(),
                                answers.predictions()),
                        facts),
                List.of());
    }

    /** Returns the seed of the training; imported adapters have none. */
    private static long seed(ModelProvenance provenance) {
        return Optional.ofNullable(provenance
                        .getTrainerProvenance()
                        .getConfiguredParameters()
                        .get("seed"))
                .map(seed -> Long.parseLong(seed.toString()))
                .orElse(UNKNOWN);
    }
}
