package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Results of a candidate at one training size.
 *
 * @param index index of the candidate, from 0
 * @param marker marker of the candidate
 * @param candidate the candidate
 * @param cells cells of the candidate, one for each seed
 * @param headline headline metric over seeds
 */
record CandidateResult(int index, ChartMarker marker, Candidate candidate, List<Cell> cells, Sample headline) {

    public String name() {
        return candidate.name();
    }

    boolean softPrompt() {
        return candidate.kind().startsWith(Candidate.SOFT_PROMPT);
    }

    boolean withBackbone() {
        return !candidate.kind().equals(Candidate.NO_BACKBONE);
    }

    Sample metric(String name) {
        return Sample.of(cells.stream().mapToDouble(cell -> cell.metrics().getOrDefault(name, Double.NaN)));
    }

    /** Returns a cost over seeds. Costs below 0 are unknown and excluded. */
    Sample cost(ToDoubleFunction<Cell.Costs> cost) {
        return Sample.of(cells.stream()
                .mapToDouble(cell -> cost.applyAsDouble(cell.costs()))
                .map(value -> value < 0 ? Double.NaN : value));
    }

    /** Returns the number of trainable parameters; NaN if unknown. */
    double parameters() {
        return cost(Cell.Costs::trainableValues).mean();
    }
}
