package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * Finished comparison of candidates on one task.
 *
 * @param title title of the report
 * @param scoring scoring of predictions
 * @param candidates candidates in the order of tables
 * @param seeds seeds of the training runs of each candidate
 * @param trainingSizes numbers of training examples, ascending; tables show the last one
 * @param items test set
 * @param cells one cell for each candidate, seed and size
 * @param provenance information needed to repeat the comparison, by name, in display order
 */
public record ComparisonResult(
        String title,
        Scoring scoring,
        @JsonProperty("contestants") List<Candidate> candidates,
        List<Long> seeds,
        List<Integer> trainingSizes,
        List<TestItem> items,
        List<Cell> cells,
        Map<String, String> provenance) {

    /**
     * Creates a comparison of a single model, so that its evaluation can be reported in the same form.
     *
     * @param title title of the report
     * @param scoring scoring of predictions
     * @param model description of the model
     * @param items test set
     * @param cell metrics, costs and predictions of the model
     * @param provenance information needed to repeat the evaluation, by name
     */
    public static ComparisonResult ofOne(
            String title,
            Scoring scoring,
            Candidate model,
            List<TestItem> items,
            Cell cell,
            Map<String, String> provenance) {
        return new ComparisonResult(
                title,
                scoring,
                List.of(model),
                List.of(cell.key().seed()),
                List.of(cell.key().trainingSize()),
                items,
                List.of(cell),
                provenance);
    }

    /** Returns the number of all training examples, the size that tables show. */
    public int fullSize() {
        return trainingSizes.get(trainingSizes.size() - 1);
    }

    /** Returns the cells of a candidate at a training size, in the order of seeds. */
    public List<Cell> cells(String candidate, int trainingSize) {
        return seeds.stream()
                .flatMap(seed ->
                        cells.stream().filter(cell -> cell.key().equals(new Cell.Key(candidate, seed, trainingSize))))
                .toList();
    }
}
