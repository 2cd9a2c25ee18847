package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.Cell.Costs;
import io.github.tribuopeft.evaluation.comparison.MetricScale;
import io.github.tribuopeft.evaluation.report.Table.Entry;
import io.github.tribuopeft.evaluation.report.Table.Heading;
import io.github.tribuopeft.evaluation.report.Table.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Tables of a comparison. */
final class Tables {

    private static final int MAX_ERROR_KINDS = 12;
    private static final ScoreFormat F1 = new ScoreFormat(MetricScale.SHARE);

    private final Leaderboard leaderboard;
    private final ClassScores classes;

    Tables(Leaderboard leaderboard, ClassScores classes) {
        this.leaderboard = leaderboard;
        this.classes = classes;
    }

    /** Returns quality and costs of each candidate at full size. */
    Table main() {
        List<Heading> columns = new ArrayList<>();
        leaderboard
                .metrics()
                .forEach(metric -> columns.add(
                        new Heading(metric, null, leaderboard.format(metric).unit())));
        columns.add(new Heading("trainable parameters", null, ""));
        columns.add(new Heading("stored parameters", null, ""));
        columns.add(new Heading("model file", null, "kB"));
        columns.add(new Heading("training", null, "s"));
        columns.add(new Heading("prediction", null, "items/s"));
        if (memoryKnown()) {
            columns.add(new Heading("peak memory", null, "MB"));
        }
        return new Table(
                "candidate",
                columns,
                leaderboard.all().stream()
                        .map(result -> new Row(
                                new Heading(
                                        result.name(),
                                        result.marker(),
                                        result.candidate().kind()),
                                main(result)))
                        .toList());
    }

    private List<Entry> main(CandidateResult result) {
        List<Entry> entries = new ArrayList<>();
        leaderboard
                .metrics()
                .forEach(metric -> entries.add(
                        entry(leaderboard.format(metric), result, leaderboard.all(), other -> other.metric(metric))));
        entries.add(Entry.of(Format.count(result.parameters())));
        entries.add(Entry.of(Format.count(result.cost(Costs::storedValues).mean())));
        entries.add(Entry.of(Format.cost(result.cost(Costs::modelBytes).mean() / 1e3)));
        entries.add(Entry.of(Format.cost(result.cost(Costs::trainSeconds).mean())));
        entries.add(Entry.of(Format.cost(result.cost(this::itemsPerSecond).mean())));
        if (memoryKnown()) {
            entries.add(Entry.of(Format.cost(result.cost(Costs::peakMemoryBytes).mean() / 1e6)));
        }
        return entries;
    }

    private boolean memoryKnown() {
        return leaderboard.all().stream()
                .anyMatch(result -> result.cost(Costs::peakMemoryBytes).known());
    }

    private double itemsPerSecond(Costs costs) {
        return costs.predictSeconds() > 0
                ? leaderboard.comparison().items().size() / costs.predictSeconds()
                : Double.NaN;
    }

    /** Returns bar charts of time and memory, of the candidates with a backbone if there are any. */
    List<Bars> bars() {
        List<CandidateResult> results = Bars.comparable(leaderboard.all());
        return Stream.of(
                        bars(results, "Training", "seconds; less is better", Costs::trainSeconds),
                        bars(results, "Prediction", "items per second; more is better", this::itemsPerSecond),
                        bars(
                                results,
                                "Peak memory",
                                "MB during training; less is better",
                                costs -> costs.peakMemoryBytes() / 1e6))
                .filter(Bars::drawable)
                .toList();
    }

    private static Bars bars(List<CandidateResult> results, String title, String unit, ToDoubleFunction<Costs> cost) {
        return Bars.of(title, unit, results, result -> result.cost(cost).mean());
    }

    /** Returns the headline metric at each training size. */
    Table sizes() {
        return new Table(
                "candidate",
                leaderboard.comparison().trainingSizes().stream()
                        .map(size -> Heading.of(Format.count(size)))
                        .toList(),
                leaderboard.all().stream()
                        .map(result -> new Row(
                                Heading.of(result),
                                leaderboard.comparison().trainingSizes().stream()
                                        .map(size -> at(size, result))
                                        .toList()))
                        .toList());
    }

    private Entry at(int size, CandidateResult result) {
        List<CandidateResult> results = leaderboard.at(size);
        return results.stream()
                .filter(other -> other.index() == result.index())
                .findFirst()
                .map(own -> entry(leaderboard.format(), own, results, CandidateResult::headline))
                .orElse(Entry.of(Format.UNKNOWN));
    }

    /** Returns the F1 of each candidate by label or entity type. */
    Table classes() {
        List<Heading> columns = new ArrayList<>();
        columns.add(Heading.of(leaderboard.view().supportNoun()));
        leaderboard.all().forEach(result -> columns.add(Heading.of(result)));
        List<Row> rows = new ArrayList<>();
        classes.support().forEach((name, support) -> {
            List<Entry> entries = new ArrayList<>();
            entries.add(Entry.of(Format.count(support)));
            leaderboard
                    .all()
                    .forEach(result -> entries.add(
                            support == 0
                                    ? Entry.of(Format.UNKNOWN)
                                    : entry(F1, result, leaderboard.all(), other -> classes.f1(other, name))));
            rows.add(new Row(Heading.of(name), entries));
        });
        return new Table(classNoun(), columns, rows);
    }

    /** Returns precision, recall and F1 of one candidate by label or entity type. */
    Table classes(CandidateResult result) {
        return new Table(
                classNoun(),
                Stream.of("precision", "recall", "F1", leaderboard.view().supportNoun())
                        .map(Heading::of)
                        .toList(),
                classes.support().entrySet().stream()
                        .map(type -> new Row(Heading.of(type.getKey()), scores(result, type.getKey(), type.getValue())))
                        .toList());
    }

    private List<Entry> scores(CandidateResult result, String name, long support) {
        Stream<String> scores = support == 0
                ? Stream.of(Format.UNKNOWN, Format.UNKNOWN, Format.UNKNOWN)
                : Stream.of(classes.precision(result, name), classes.recall(result, name), classes.f1(result, name))
                        .map(Format::percent);
        return Stream.concat(scores, Stream.of(Format.count(support)))
                .map(Entry::of)
                .toList();
    }

    private String classNoun() {
        return leaderboard.view().classNoun();
    }

    /**
     * Returns the number of errors of the most frequent kinds, averaged over seeds. The kinds are sorted by the numbers
     * of the best candidate.
     */
    Table errorKinds() {
        Map<String, Map<CandidateResult, Double>> kinds = new LinkedHashMap<>();
        for (CandidateResult result : leaderboard.all()) {
            for (Cell cell : result.cells()) {
                leaderboard
                        .comparison()
                        .scoring()
                        .errorKinds(leaderboard.comparison().items(), cell.predictions())
                        .forEach((kind, count) -> kinds.computeIfAbsent(kind, key -> new LinkedHashMap<>())
                                .merge(result, (double) count / result.cells().size(), Double::sum));
            }
        }
        return new Table(
                "kind of error",
                leaderboard.all().size() == 1
                        ? List.of(Heading.of("errors"))
                        : leaderboard.all().stream().map(Heading::of).toList(),
                kinds.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(mostFrequent()))
                        .limit(MAX_ERROR_KINDS)
                        .map(kind -> new Row(
                                Heading.of(kind.getKey()),
                                leaderboard.all().stream()
                                        .map(result -> kind.getValue().getOrDefault(result, 0.0))
                                        .map(count -> Entry.of(
                                                leaderboard.comparison().seeds().size() == 1
                                                        ? Format.count(count)
                                                        : Format.mean(count)))
                                        .toList()))
                        .toList());
    }

    /** Returns the order by the number of errors of the best candidate, then of all candidates. */
    private Comparator<Map<CandidateResult, Double>> mostFrequent() {
        return Comparator.<Map<CandidateResult, Double>>comparingDouble(
                        counts -> -counts.getOrDefault(leaderboard.best(), 0.0))
                .thenComparingDouble(counts -> -sum(counts));
    }

    private static double sum(Map<CandidateResult, Double> counts) {
        return counts.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Formats a score and marks it if it is the best as displayed, and not all scores are equal. */
    private static Entry entry(
            ScoreFormat format,
            CandidateResult result,
            List<CandidateResult> all,
            Function<CandidateResult, Sample> score) {
        double best =
                format.best(all.stream().mapToDouble(other -> score.apply(other).mean()));
        Sample own = score.apply(result);
        boolean allEqual = all.stream()
                        .map(other -> format.text(score.apply(other).mean()))
                        .distinct()
                        .count()
                == 1;
        return new Entry(
                format.text(own),
                !allEqual && own.known() && format.text(own.mean()).equals(format.text(best)));
    }
}
