package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Report of a finished comparison as HTML, Markdown and CSV. The HTML page is a single file without scripts and network
 * access. All conclusions are computed from the results.
 *
 * <pre>{@code
 * ComparisonResult result = ResultFile.read(Path.of("results.json"));
 * Report.of(result, Significance.of(result), List.of()).write(Path.of("report"));
 * }</pre>
 */
public final class Report {

    /** File name of the HTML page. */
    public static final String HTML = "report.html";

    /** File name of the Markdown report. */
    public static final String MARKDOWN = "report.md";

    /** File name of the CSV table. */
    public static final String CSV = "results.csv";

    /** File name of the results, which {@link io.github.tribuopeft.evaluation.comparison.ResultFile} writes. */
    public static final String JSON = "results.json";

    /** Name of the provenance entry that is shown as a command. */
    public static final String COMMAND = "command";

    /** Facts at the top of the report, which are entries of the provenance. */
    private static final List<String> HEADER =
            List.of("backbone", "training data", "development data", "test data", "epochs", "learning rates", "date");

    private static final Pattern HASH = Pattern.compile(", SHA-256 \\w+");

    private static final int MANY_CLASSES = 20;
    private static final int MANY_TESTS = 12;

    private final ComparisonResult comparison;
    private final List<SignificanceRow> tests;
    private final String footnote;
    private final List<String> notes;
    private final Leaderboard leaderboard;
    private final ClassScores classes;

    private Report(ComparisonResult comparison, Significance significance, List<String> notes) {
        this.comparison = comparison;
        this.notes = List.copyOf(notes);
        this.leaderboard = Leaderboard.of(comparison);
        this.footnote = significance.footnote();
        this.tests = significance.rows().stream()
                .sorted(Comparator.comparing(
                        row -> !row.isAbout(leaderboard.best().name())))
                .toList();
        this.classes = ClassScores.of(leaderboard);
    }

    /**
     * Creates the report of a comparison.
     *
     * @param comparison the comparison
     * @param significance tests of pairs of candidates; {@link Significance#NONE} without tests
     * @param notes additional notes for readers; may be empty
     * @throws IllegalArgumentException if no candidate finished at full size
     */
    public static Report of(ComparisonResult comparison, Significance significance, List<String> notes) {
        return new Report(comparison, significance, notes);
    }

    /**
     * Writes all files of the report, or none if one cannot be written.
     *
     * @param directory directory of the files; created if missing
     * @throws IOException if a file cannot be written; the message names the file and the reason
     */
    public void write(Path directory) throws IOException {
        try (AtomicFiles files = new AtomicFiles()) {
            files.writeString(directory.resolve(HTML), html());
            files.writeString(directory.resolve(MARKDOWN), markdown());
            files.writeString(directory.resolve(CSV), csv());
            files.commit();
        }
    }

    /** Returns the conclusions in a few sentences, the most important first. */
    public List<String> summary() {
        return new Summary(leaderboard, tests, classes).sentences();
    }

    /** Returns the HTML page. */
    public String html() {
        Map<String, Object> page = common();
        TradeOff tradeOff = new TradeOff(leaderboard);
        page.put("tradeOff", tradeOff.drawable() ? List.of(RenderedFigure.of(tradeOff)) : List.of());
        page.put("tradeOffNote", tradeOff.drawable() ? tradeOff.footnote() : "");
        page.put(
                "lowData",
                comparison.trainingSizes().size() > 1
                        ? List.of(RenderedFigure.of(new LowData(leaderboard)))
                        : List.of());
        page.put(
                "curves",
                LearningCurve.ofDevelopmentMetric(leaderboard).stream()
                        .map(Panel::of)
                        .toList());
        page.put(
                "losses",
                LearningCurve.ofLoss(leaderboard).stream().map(Panel::of).toList());
        page.put("sweeps", SweepFigure.of(leaderboard));
        page.put("bars", new Tables(leaderboard, classes).bars());
        page.put(
                "allInBars",
                Bars.comparable(leaderboard.all()).size() == leaderboard.all().size());
        page.put("confusions", leaderboard.view().confusions(leaderboard));
        page.put("scatters", scatters());
        page.put("scatterPanels", scatterPanels());
        page.put("errorSamples", ErrorSamples.of(leaderboard));
        page.put("manyClasses", classes.support().size() > MANY_CLASSES);
        page.put("mainTests", tests.size() > MANY_TESTS ? tableRows(rowsOfBest()) : page.get("significance"));
        page.put("manyTests", tests.size() > MANY_TESTS);
        return Templates.render("report.html.peb", page);
    }

    /** Returns the summary and the tables in Markdown. */
    public String markdown() {
        return Templates.render("report.md.peb", common());
    }

    /** Returns a CSV table with a header and one line for each cell. */
    public String csv() {
        return ResultsCsv.of(comparison);
    }

    private Map<String, Object> common() {
        Tables tables = new Tables(leaderboard, classes);
        Map<String, Object> page = new HashMap<>();
        page.put("kind", comparison.candidates().size() > 1 ? "Comparison" : "Evaluation");
        page.put("title", comparison.title());
        page.put("task", comparison.scoring().task());
        page.put("headline", leaderboard.headline());
        page.put("headlineWithUnit", leaderboard.format().withUnit(leaderboard.headline()));
        page.put("headlineWithDifferenceUnit", leaderboard.format().withDifferenceUnit(leaderboard.headline()));
        page.put("facts", facts());
        page.put("header", header());
        page.put("summary", summary());
        page.put("notes", notes);
        page.put("results", leaderboard.all());
        page.put("best", leaderboard.best());
        page.put("main", tables.main());
        page.put("sizes", tables.sizes());
        page.put("trainingExamples", Format.plural(comparison.fullSize(), "example"));
        page.put("severalSeeds", comparison.seeds().size() > 1);
        page.put("severalSizes", comparison.trainingSizes().size() > 1);
        page.put("classes", tables.classes());
        page.put("bestClasses", tables.classes(leaderboard.best()));
        page.put("errorKinds", tables.errorKinds());
        page.put("significance", tableRows(tests));
        page.put("significanceFootnote", footnote);
        page.put("candidates", comparison.candidates());
        page.put("provenance", comparison.provenance());
        page.put(
                "command",
                comparison.provenance().getOrDefault(COMMAND, "").lines().toList());
        page.put("marked", leaderboard.view().marked());
        page.put("developmentMetric", leaderboard.view().developmentMetric());
        page.put("inText", leaderboard.view().inText());
        return page;
    }

    /** Returns the figures of predicted values of the best candidate. */
    private List<ScatterFigure> scatters() {
        return leaderboard.view().scatters(leaderboard, leaderboard.best()).stream()
                .map(ScatterFigure::of)
                .toList();
    }

    private List<Panel> scatterPanels() {
        return leaderboard.ranked().stream()
                .skip(1)
                .flatMap(result -> leaderboard.view().scatters(leaderboard, result).stream())
                .map(Panel::of)
                .toList();
    }

    private List<SignificanceTableRow> tableRows(List<SignificanceRow> rows) {
        return rows.stream()
                .map(row -> SignificanceTableRow.of(row, leaderboard.format()))
                .toList();
    }

    private List<SignificanceRow> rowsOfBest() {
        return tests.stream()
                .filter(row -> row.isAbout(leaderboard.best().name()))
                .toList();
    }

    /** Returns the facts at the top of the report: those of the provenance, without hashes. */
    private Map<String, String> header() {
        Map<String, String> header = new LinkedHashMap<>();
        HEADER.forEach(name -> {
            String value = comparison.provenance().get(name);
            if (value != null) {
                header.put(name, HASH.matcher(value).replaceAll(""));
            }
        });
        return header;
    }

    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        facts.add(Format.plural(comparison.candidates().size(), "candidate"));
        facts.add(Format.plural(comparison.seeds().size(), "seed"));
        facts.add(Format.list(comparison.trainingSizes().stream()
                        .map(size -> Format.count(size))
                        .toList()) + " training examples");
        facts.add(Format.plural(comparison.items().size(), "test item"));
        return facts;
    }
}
