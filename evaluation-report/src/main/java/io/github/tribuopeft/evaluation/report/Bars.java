package io.github.tribuopeft.evaluation.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A bar for each contestant.
 *
 * @param title what is compared
 * @param unit in what, and which way is good
 * @param bars the bars, in the order of contestants
 */
record Bars(String title, String unit, List<Bar> bars) {

    /**
     * A contestant's bar.
     *
     * @param heading whose
     * @param value the figure as people write it
     * @param percent length in percent of the longest; 0 if the figure could not be had
     */
    record Bar(Table.Heading heading, String value, long percent) {}

    static Bars of(
            String title, String unit, List<CandidateResult> standings, ToDoubleFunction<CandidateResult> figure) {
        double longest = standings.stream()
                .mapToDouble(figure)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        return new Bars(
                title,
                unit,
                standings.stream()
                        .map(standing -> bar(standing, figure.applyAsDouble(standing), longest))
                        .toList());
    }

    /** Whether any contestant's figure could be had. */
    boolean drawable() {
        return bars.stream().anyMatch(bar -> bar.percent > 0);
    }

    private static Bar bar(CandidateResult standing, double value, double longest) {
        long percent = value > 0 ? Math.max(1, Math.round(100 * value / longest)) : 0;
        return new Bar(Table.Heading.of(standing), Format.figure(value), percent);
    }
}
