package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.report.Table.Entry;
import io.github.tribuopeft.evaluation.report.Table.Heading;
import io.github.tribuopeft.evaluation.report.Table.Row;
import io.github.tribuopeft.evaluation.statistics.Bootstrap;
import io.github.tribuopeft.evaluation.statistics.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Report on one model and a test set as an HTML page: metrics with those of a baseline, errors by class, calibration,
 * and the wrong predictions with the highest confidence. The page is a single file without scripts and network access.
 */
public final class EvaluationReport {

    private static final long SEED = 1L;
    private static final int MANY_CLASSES = 20;
    private static final String MARGIN_OF_ERROR = " (95\u00a0% confidence interval ";

    private final Evaluation evaluation;
    private final Leaderboard leaderboard;
    private final TaskView view;

    private EvaluationReport(Evaluation evaluation) {
        this.evaluation = evaluation;
        this.leaderboard = leaderboard(evaluation);
        this.view = leaderboard.view();
    }

    /**
     * Creates the report of an evaluation.
     *
     * @throws IllegalArgumentException if the test set is empty
     */
    public static EvaluationReport of(Evaluation evaluation) {
        if (evaluation.items().isEmpty()) {
            throw new IllegalArgumentException("The test set is empty");
        }
        return new EvaluationReport(evaluation);
    }

    private static Leaderboard leaderboard(Evaluation evaluation) {
        Cell.Costs unknown = new Cell.Costs(-1, -1, -1, Double.NaN, Double.NaN, -1);
        return Leaderboard.of(ComparisonResult.ofOne(
                evaluation.title(),
                evaluation.scoring(),
                new Candidate(evaluation.model(), "", ""),
                evaluation.items(),
                new Cell(
                        new Cell.Key(evaluation.model(), 0, 0),
                        "",
                        evaluation.scoring().metrics(evaluation.items(), evaluation.predictions()),
                        unknown,
                        List.of(),
                        evaluation.predictions()),
                evaluation.provenance()));
    }

    /** Returns the HTML page. */
    public String html() {
        ClassScores classes = ClassScores.of(leaderboard);
        Tables tables = new Tables(leaderboard, classes);
        CandidateResult model = leaderboard.best();
        Calibration calibration = Calibration.of(decisions());
        Map<String, Object> page = new HashMap<>();
        page.put("title", evaluation.title());
        page.put("task", evaluation.scoring().task());
        page.put("header", evaluation.header());
        page.put("summary", summary());
        page.put("metrics", metrics());
        page.put("items", Format.plural(evaluation.items().size(), "test item"));
        page.put("classes", tables.classes(model));
        page.put("manyClasses", classes.support().size() > MANY_CLASSES);
        page.put("confusions", view.confusions(leaderboard));
        page.put(
                "scatters",
                view.scatters(leaderboard, model).stream()
                        .map(ScatterFigure::of)
                        .toList());
        page.put("errorKinds", tables.errorKinds());
        page.put("calibration", calibration.n() == 0 ? List.of() : List.of(RenderedFigure.of(calibration)));
        page.put("bins", calibration.bins());
        page.put("decisions", view.decisions());
        page.put("decisionCount", Format.count(calibration.n()));
        page.put("calibrationError", Format.percent(calibration.expectedCalibrationError()));
        page.put("errors", EvaluationErrors.of(evaluation));
        page.put("inText", view.inText());
        page.put("marked", view.marked());
        page.put("provenance", evaluation.provenance());
        return Templates.render("evaluation.html.peb", page);
    }

    private List<String> summary() {
        Scoring scoring = evaluation.scoring();
        ScoreFormat format = leaderboard.format();
        Interval interval = new Bootstrap(SEED)
                .interval(
                        IntStream.range(0, evaluation.items().size())
                                .mapToObj(i -> scoring.counts(
                                        evaluation.items().get(i).gold(),
                                        evaluation.predictions().get(i)))
                                .toArray(double[][]::new),
                        scoring::headline);
        double baseline =
                scoring.score(evaluation.items(), evaluation.baseline().predictions());
        return List.of(
                evaluation.model() + " reaches " + score(interval.estimate())
                        + MARGIN_OF_ERROR + format.interval(interval.low(), interval.high())
                        + ", n\u00a0=\u00a0" + Format.plural(evaluation.items().size(), "test item") + ").",
                "Baseline that ignores the input (" + evaluation.baseline().name() + "): " + score(baseline) + ".");
    }

    private String score(double value) {
        return leaderboard.format().score(leaderboard.headline(), Sample.of(DoubleStream.of(value)));
    }

    private Table metrics() {
        Map<String, Double> own = evaluation.scoring().metrics(evaluation.items(), evaluation.predictions());
        Map<String, Double> baseline = evaluation
                .scoring()
                .metrics(evaluation.items(), evaluation.baseline().predictions());
        List<Heading> columns = own.keySet().stream()
                .map(metric ->
                        new Heading(metric, null, leaderboard.format(metric).unit()))
                .toList();
        return new Table(
                "predictions",
                columns,
                List.of(
                        new Row(Heading.of("model"), entries(own, own)),
                        new Row(
                                new Heading(
                                        "baseline", null, evaluation.baseline().name()),
                                entries(own, baseline))));
    }

    private List<Entry> entries(Map<String, Double> metrics, Map<String, Double> values) {
        return metrics.keySet().stream()
                .map(metric -> Entry.of(leaderboard.format(metric).text(values.getOrDefault(metric, Double.NaN))))
                .toList();
    }

    private List<Decision> decisions() {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < evaluation.probabilities().size(); i++) {
            decisions.addAll(view.decisions(
                    evaluation.items().get(i).gold(),
                    evaluation.predictions().get(i),
                    evaluation.probabilities().get(i)));
        }
        return decisions;
    }
}
