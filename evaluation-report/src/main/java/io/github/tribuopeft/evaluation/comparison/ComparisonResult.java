package io.github.tribuopeft.evaluation.comparison;

import java.util.List;
import java.util.Map;

/**
 * A finished comparison on one task.
 *
 * @param title what was compared on what, for people
 * @param scoring how answers are scored
 * @param contestants in the order of tables
 * @param seeds the seeds that each contestant was trained with
 * @param trainingSizes the sizes that each was trained at, ascending; the last one is what tables are about
 * @param items the test set
 * @param cells one for each contestant, seed and size
 * @param provenance what is needed to repeat it, by name, in the order to show
 */
public record ComparisonResult(
        String title,
        Scoring scoring,
        List<Candidate> contestants,
        List<Long> seeds,
        List<Integer> trainingSizes,
        List<TestItem> items,
        List<Cell> cells,
        Map<String, String> provenance) {

    /**
     * One model that was tested, as a comparison of its own: what a report shows of it is then the same.
     *
     * @param title what was tested on what, for people
     * @param scoring how answers are scored
     * @param model what is told of the model
     * @param items the test set
     * @param cell the model's figures and answers
     * @param provenance what is needed to repeat it, by name
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

    /** The number of examples that tables are about: all that there are. */
    public int fullSize() {
        return trainingSizes.get(trainingSizes.size() - 1);
    }

    /** A contestant's cells at a size, in the order of seeds. */
    public List<Cell> cells(String contestant, int trainingSize) {
        return seeds.stream()
                .flatMap(seed ->
                        cells.stream().filter(cell -> cell.key().equals(new Cell.Key(contestant, seed, trainingSize))))
                .toList();
    }
}
