package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.Cell.Costs;
import io.github.tribuopeft.evaluation.report.Table.Entry;
import io.github.tribuopeft.evaluation.report.Table.Heading;
import io.github.tribuopeft.evaluation.report.Table.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The tables of a comparison. */
final class Tables {

    private static final int ERROR_KINDS = 12;

    private final Leaderboard standings;
    private final ClassScores classes;

    Tables(Leaderboard standings, ClassScores classes) {
        this.standings = standings;
        this.classes = classes;
    }

    /** Quality and costs of each contestant at full size. */
    Table main() {
        List<Heading> columns = new ArrayList<>();
        standings.metrics().forEach(metric -> columns.add(new Heading(metric, null, "%")));
        columns.add(new Heading("trained values", null, ""));
        columns.add(new Heading("stored values", null, ""));
        columns.add(new Heading("model file", null, "kB"));
        columns.add(new Heading("training", null, "s"));
        columns.add(new Heading("prediction", null, "items/s"));
        columns.add(new Heading("peak memory", null, "MB"));
        return new Table(
                "contestant",
                columns,
                standings.all().stream()
                        .map(standing -> new Row(
                                new Heading(
                                        standing.name(),
                                        standing.mark(),
                                        standing.contestant().kind()),
                                main(standing)))
                        .toList());
    }

    private List<Entry> main(CandidateResult standing) {
        List<Entry> entries = new ArrayList<>();
        standings
                .metrics()
                .forEach(metric -> entries.add(entry(standing, standings.all(), other -> other.metric(metric))));
        entries.add(Entry.of(Format.count(standing.trainableValues())));
        entries.add(Entry.of(Format.count(standing.cost(Costs::storedValues).mean())));
        entries.add(Entry.of(Format.figure(standing.cost(Costs::modelBytes).mean() / 1e3)));
        entries.add(Entry.of(Format.figure(standing.cost(Costs::trainSeconds).mean())));
        entries.add(Entry.of(Format.figure(standing.cost(this::itemsPerSecond).mean())));
        entries.add(Entry.of(Format.figure(standing.cost(Costs::peakMemoryBytes).mean() / 1e6)));
        return entries;
    }

    private double itemsPerSecond(Costs costs) {
        return costs.predictSeconds() > 0 ? standings.result().items().size() / costs.predictSeconds() : Double.NaN;
    }

    /** Time and memory of each contestant, as bars to compare. */
    List<Bars> bars() {
        return Stream.of(
                        bars("Training", "seconds; less is better", Costs::trainSeconds),
                        bars("Prediction", "items per second; more is better", this::itemsPerSecond),
                        bars(
                                "Peak memory",
                                "MB during training; less is better",
                                costs -> costs.peakMemoryBytes() / 1e6))
                .filter(Bars::drawable)
                .toList();
    }

    private Bars bars(String title, String unit, ToDoubleFunction<Costs> cost) {
        return Bars.of(
                title, unit, standings.all(), standing -> standing.cost(cost).mean());
    }

    /** The headline metric at every training size. */
    Table sizes() {
        return new Table(
                "contestant",
                standings.result().trainingSizes().stream()
                        .map(size -> Heading.of(Format.count(size)))
                        .toList(),
                standings.all().stream()
                        .map(standing -> new Row(
                                Heading.of(standing),
                                standings.result().trainingSizes().stream()
                                        .map(size -> at(size, standing))
                                        .toList()))
                        .toList());
    }

    private Entry at(int size, CandidateResult standing) {
        List<CandidateResult> there = standings.at(size);
        return there.stream()
                .filter(other -> other.index() == standing.index())
                .findFirst()
                .map(own -> entry(own, there, CandidateResult::headline))
                .orElse(Entry.of(Format.NOTHING));
    }

    /** Each contestant's F1 by label or entity type. */
    Table classes() {
        List<Heading> columns = new ArrayList<>();
        columns.add(new Heading("in test set", null, ""));
        standings.all().forEach(standing -> columns.add(Heading.of(standing)));
        List<Row> rows = new ArrayList<>();
        classes.support().forEach((name, support) -> {
            List<Entry> entries = new ArrayList<>();
            entries.add(Entry.of(Format.count(support)));
            standings
                    .all()
                    .forEach(standing ->
                            entries.add(entry(standing, standings.all(), other -> classes.f1(other, name))));
            rows.add(new Row(Heading.of(name), entries));
        });
        return new Table(classNoun(), columns, rows);
    }

    /** Precision, recall and F1 of one contestant by label or entity type. */
    Table classes(CandidateResult standing) {
        return new Table(
                classNoun(),
                Stream.of("precision", "recall", "F1", "in test set")
                        .map(Heading::of)
                        .toList(),
                classes.support().entrySet().stream()
                        .map(type -> new Row(
                                Heading.of(type.getKey()),
                                Stream.of(
                                                Format.percent(classes.precision(standing, type.getKey())),
                                                Format.percent(classes.recall(standing, type.getKey())),
                                                Format.percent(classes.f1(standing, type.getKey())),
                                                Format.count(type.getValue()))
                                        .map(Entry::of)
                                        .toList()))
                        .toList());
    }

    private String classNoun() {
        return standings.spans() ? "entity type" : "label";
    }

    /** How many errors of each kind a contestant makes, on average over seeds; the commonest kinds. */
    Table errorKinds() {
        Map<String, Map<CandidateResult, Double>> kinds = new LinkedHashMap<>();
        for (CandidateResult standing : standings.all()) {
            for (Cell cell : standing.cells()) {
                standings
                        .result()
                        .scoring()
                        .errorKinds(standings.result().items(), cell.predictions())
                        .forEach((kind, count) -> kinds.computeIfAbsent(kind, key -> new LinkedHashMap<>())
                                .merge(
                                        standing,
                                        (double) count / standing.cells().size(),
                                        Double::sum));
            }
        }
        return new Table(
                "kind of error",
                standings.all().stream().map(Heading::of).toList(),
                kinds.entrySet().stream()
                        .sorted((one, other) -> Double.compare(sum(other.getValue()), sum(one.getValue())))
                        .limit(ERROR_KINDS)
                        .map(kind -> new Row(
                                Heading.of(kind.getKey()),
                                standings.all().stream()
                                        .map(standing -> kind.getValue().getOrDefault(standing, 0.0))
                                        .map(count -> Entry.of(Format.mean(count)))
                                        .toList()))
                        .toList());
    }

    private static double sum(Map<CandidateResult, Double> counts) {
        return counts.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** A score, told from the others' if it is the best as it is shown. */
    private static Entry entry(
            CandidateResult standing, List<CandidateResult> all, Function<CandidateResult, Sample> figure) {
        double best = all.stream()
                .mapToDouble(other -> figure.apply(other).mean())
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
        Sample own = figure.apply(standing);
        return new Entry(
                Format.percent(own),
                all.size() > 1 && own.known() && Format.percent(own.mean()).equals(Format.percent(best)));
    }
}
