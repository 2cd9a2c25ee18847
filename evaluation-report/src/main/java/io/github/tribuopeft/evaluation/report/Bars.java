package io.github.tribuopeft.evaluation.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Bar chart with one bar for each candidate.
 *
 * @param title name of the quantity
 * @param unit unit, and whether more or less is better
 * @param bars bars in the order of candidates
 */
record Bars(String title, String unit, List<Bar> bars) {

    /**
     * Bar of a candidate.
     *
     * @param heading name and marker of the candidate
     * @param value formatted value
     * @param percent length in percent of the longest bar; 0 if the value is unknown
     */
    record Bar(Table.Heading heading, String value, long percent) {}

    static Bars of(
            String title, String unit, List<CandidateResult> results, ToDoubleFunction<CandidateResult> quantity) {
        double longest = results.stream()
                .mapToDouble(quantity)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        return new Bars(
                title,
                unit,
                results.stream()
                        .map(result -> bar(result, quantity.applyAsDouble(result), longest))
                        .toList());
    }

    /**
     * Returns the candidates to show: those with a backbone if there are any, otherwise all. Candidates without a
     * backbone are many times faster; on their scale, the bars of the other candidates would look equal.
     */
    static List<CandidateResult> comparable(List<CandidateResult> results) {
        List<CandidateResult> withBackbone =
                results.stream().filter(CandidateResult::withBackbone).toList();
        return withBackbone.isEmpty() ? results : withBackbone;
    }

    /** Returns whether the value of any candidate is known. */
    boolean drawable() {
        return bars.stream().anyMatch(bar -> bar.percent > 0);
    }

    private static Bar bar(CandidateResult result, double value, double longest) {
        long percent = value > 0 ? Math.max(1, Math.round(100 * value / longest)) : 0;
        return new Bar(Table.Heading.of(result), Format.cost(value), percent);
    }
}
