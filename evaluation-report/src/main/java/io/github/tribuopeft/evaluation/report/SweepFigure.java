package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.report.SweepChart.Line;
import io.github.tribuopeft.evaluation.report.SweepChart.Point;
import io.github.tribuopeft.evaluation.report.Table.Heading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Figure of a sweep: one chart if one setting is varied, otherwise one chart for each combination of the other
 * settings.
 *
 * @param title title
 * @param setting setting on the x axis
 * @param single the only chart; null if there are several
 * @param panels charts side by side; empty if there is one
 * @param legend methods with their markers
 */
record SweepFigure(String title, String setting, RenderedFigure single, List<Panel> panels, List<Heading> legend) {

    /** Returns the figures of a comparison, one for each set of settings that are varied together. */
    static List<SweepFigure> of(Leaderboard leaderboard) {
        Map<Set<String>, List<CandidateResult>> sweeps = new LinkedHashMap<>();
        leaderboard.all().stream()
                .filter(result -> !result.candidate().swept().isEmpty())
                .filter(result -> result.headline().known())
                .forEach(result -> sweeps.computeIfAbsent(
                                result.candidate().swept().keySet(), settings -> new ArrayList<>())
                        .add(result));
        List<SweepFigure> figures = new ArrayList<>();
        sweeps.forEach((settings, results) ->
                of(leaderboard, settings, results, figures.size()).ifPresent(figures::add));
        return figures;
    }

    private static Optional<SweepFigure> of(
            Leaderboard leaderboard, Set<String> settings, List<CandidateResult> results, int number) {
        String setting = settings.stream()
                .max(Comparator.comparingInt(name -> values(results, name).size()))
                .orElseThrow();
        List<String> values = values(results, setting);
        if (values.size() < 2) {
            return Optional.empty();
        }
        Axes.Range range = leaderboard
                .format()
                .range(results.stream()
                        .map(CandidateResult::headline)
                        .flatMapToDouble(score -> DoubleStream.of(score.low(), score.high())));
        Map<String, ChartMarker> markers = new LinkedHashMap<>();
        results.forEach(result -> markers.computeIfAbsent(
                result.candidate().method(), method -> result.marker().withOutline(markers.size())));
        Map<String, List<CandidateResult>> panels = new LinkedHashMap<>();
        results.forEach(result -> panels.computeIfAbsent(others(result, setting), others -> new ArrayList<>())
                .add(result));
        String title = upper(leaderboard.headline()) + " by " + setting;
        List<SweepChart> charts = new ArrayList<>();
        panels.forEach((others, some) -> charts.add(new SweepChart(
                "sweep-" + number + "-" + charts.size(),
                title + (others.isEmpty() ? "" : ", " + others),
                setting,
                values,
                lines(some, setting, values, markers),
                leaderboard.format(),
                range)));
        List<Heading> legend = markers.entrySet().stream()
                .map(method -> new Heading(method.getKey(), method.getValue(), ""))
                .toList();
        boolean several = charts.size() > 1;
        String titleOfMethods = title + ": " + String.join(", ", markers.keySet());
        List<Panel> small = new ArrayList<>();
        List<String> headings = List.copyOf(panels.keySet());
        for (int i = 0; several && i < charts.size(); i++) {
            small.add(new Panel(Heading.of(headings.get(i)), Svg.of(charts.get(i), Figure.Size.PANEL)));
        }
        return Optional.of(new SweepFigure(
                titleOfMethods, setting, several ? null : RenderedFigure.of(charts.get(0)), small, legend));
    }

    private static List<Line> lines(
            List<CandidateResult> results, String setting, List<String> values, Map<String, ChartMarker> markers) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        for (CandidateResult result : results) {
            lines.computeIfAbsent(result.candidate().method(), method -> new ArrayList<>())
                    .add(new Point(values.indexOf(result.candidate().swept().get(setting)), result));
        }
        return lines.entrySet().stream()
                .map(line -> new Line(
                        line.getKey(),
                        markers.get(line.getKey()),
                        line.getValue().stream()
                                .sorted(Comparator.comparingInt(Point::position))
                                .toList()))
                .toList();
    }

    /** Returns the other settings of a candidate with their values. */
    private static String others(CandidateResult result, String setting) {
        return String.join(
                ", ",
                result.candidate().swept().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(setting))
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
    }

    /** Returns the values of a setting: numbers ascending, other values in the order of the candidates. */
    private static List<String> values(List<CandidateResult> results, String setting) {
        List<String> values = List.copyOf(new LinkedHashSet<>(results.stream()
                .flatMap(result -> Stream.ofNullable(result.candidate().swept().get(setting)))
                .toList()));
        try {
            return values.stream()
                    .sorted(Comparator.comparingDouble(Double::parseDouble))
                    .toList();
        } catch (NumberFormatException e) {
            return values;
        }
    }

    private static String upper(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
