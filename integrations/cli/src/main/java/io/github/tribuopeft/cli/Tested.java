package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.provenance.ModelProvenance;

/**
 * A model that has been tested.
 *
 * @param model the model
 * @param file its file
 * @param data the file that it was tested on
 * @param seconds time of predicting
 */
record Tested(AdaptedModel model, Path file, Path data, double seconds) {

    /** What a model file does not tell of its training. */
    private static final long UNKNOWN = -1;

    /**
     * What a report shows of it.
     *
     * @param items the test set
     * @param answers what the model answered for each
     * @param description where the test set comes from
     */
    ComparisonResult result(Scoring scoring, List<TestItem> items, List<List<String>> answers, String description)
            throws IOException {
        ModelProvenance provenance = model.getProvenance();
        Cell.Key key = new Cell.Key(
                model.method(),
                Optional.ofNullable(provenance
                                .getTrainerProvenance()
                                .getConfiguredParameters()
                                .get("seed"))
                        .map(seed -> Long.parseLong(seed.toString()))
                        .orElse(UNKNOWN), // a model that was trained elsewhere
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
        facts.put("test data", description);
        return ComparisonResult.ofOne(
                file.getFileName() + " on " + data.getFileName(),
                scoring,
                new Candidate(
                        key.candidate(),
                        Candidates.kind(model.virtualTokens()),
                        provenance.getTrainerProvenance().toString()),
                items,
                new Cell(key, "", scoring.metrics(items, answers), costs, List.of(), answers),
                facts);
    }
}
