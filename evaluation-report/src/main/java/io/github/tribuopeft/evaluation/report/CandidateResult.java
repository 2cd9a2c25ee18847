package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How a contestant did at one training size.
 *
 * @param index its place among the contestants, from 0; decides its look in figures
 * @param contestant the contestant
 * @param cells its cells, one for each seed
 * @param headline the headline metric
 */
record CandidateResult(int index, Candidate contestant, List<Cell> cells, Sample headline) {

    private static final String SOFT_PROMPT = "soft prompt";

    public String name() {
        return contestant.name();
    }

    boolean softPrompt() {
        return contestant.kind().startsWith(SOFT_PROMPT);
    }

    Sample metric(String name) {
        return Sample.of(cells.stream().mapToDouble(cell -> cell.metrics().getOrDefault(name, Double.NaN)));
    }

    /** What the contestant took; a figure that could not be had is -1 in a cell, and no value here. */
    Sample cost(ToDoubleFunction<Cell.Costs> cost) {
        return Sample.of(cells.stream()
                .mapToDouble(cell -> cost.applyAsDouble(cell.costs()))
                .map(value -> value < 0 ? Double.NaN : value));
    }

    /** How many values were trained; NaN if nobody counted. */
    double trainableValues() {
        return cost(Cell.Costs::trainableValues).mean();
    }

    public ChartMarker mark() {
        return ChartMarker.of(index);
    }
}
