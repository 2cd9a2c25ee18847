package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The report of a finished comparison: a page for people that needs neither a network nor scripts, the same in Markdown, and a table for
 * programs. Every word of judgement in it is made from the figures.
 */
public final class Report {

    /** The page's name in a directory. */
    public static final String HTML = "report.html";

    /** The Markdown file's name. */
    public static final String MARKDOWN = "report.md";

    /** The table's name. */
    public static final String CSV = "results.csv";

    /** The provenance's entry that is shown as a command to copy. */
    public static final String COMMAND = "command";

    private static final int MANY_CLASSES = 20;
    private static final int MANY_TESTS = 12;

    private final ComparisonResult result;
    private final List<SignificanceRow> significance;
    private final List<String> notes;
    private final Leaderboard standings;
    private final ClassScores classes;

    private Report(ComparisonResult result, List<SignificanceRow> significance, List<String> notes) {
        this.result = result;
        this.notes = List.copyOf(notes);
        this.standings = Leaderboard.of(result);
        this.significance = significance.stream()
                .sorted(Comparator.comparing(
                        row -> !row.isAbout(standings.best().name())))
                .toList();
        this.classes = ClassScores.of(standings);
    }

    /**
     * Reads a comparison.
     *
     * @param result the comparison
     * @param significance tests between its contestants; may be empty
     * @param notes what else a reader must know, a sentence or two each; may be empty
     * @throws IllegalArgumentException if no contestant finished at full size
     */
    public static Report of(ComparisonResult result, List<SignificanceRow> significance, List<String> notes) {
        return new Report(result, significance, notes);
    }

    /**
     * Replaces all files of the report, or none if one cannot be written.
     *
     * @param directory where to; made if it is not there
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

    /** What the comparison came to, in a few plain sentences, the most important first. */
    public List<String> summary() {
        return new Summary(standings, significance, classes).sentences();
    }

    /** The page. */
    public String html() {
        Map<String, Object> page = common();
        TradeOff tradeOff = new TradeOff(standings);
        page.put("tradeOff", tradeOff.drawable() ? List.of(RenderedFigure.of(tradeOff)) : List.of());
        page.put("tradeOffNote", tradeOff.drawable() ? tradeOff.footnote() : "");
        page.put(
                "lowData",
                result.trainingSizes().size() > 1 ? List.of(RenderedFigure.of(new LowData(standings))) : List.of());
        page.put("curves", LearningCurve.of(standings).stream().map(Panel::of).toList());
        page.put("bars", new Tables(standings, classes).bars());
        page.put("confusions", standings.spans() ? List.of() : ConfusionTable.of(standings));
        page.put("misses", ErrorSamples.of(standings));
        page.put("manyClasses", classes.support().size() > MANY_CLASSES);
        page.put("mainTests", significance.size() > MANY_TESTS ? tested(aboutBest()) : page.get("significance"));
        page.put("manyTests", significance.size() > MANY_TESTS);
        return Templates.fill("report.html.peb", page);
    }

    /** The summary and the tables in Markdown. */
    public String markdown() {
        return Templates.fill("report.md.peb", common());
    }

    /** One line for each cell, with a header. */
    public String csv() {
        return ResultsCsv.of(result);
    }

    private Map<String, Object> common() {
        Tables tables = new Tables(standings, classes);
        Map<String, Object> page = new HashMap<>();
        page.put("kind", result.contestants().size() > 1 ? "Comparison" : "Evaluation");
        page.put("title", result.title());
        page.put("task", result.scoring().task());
        page.put("headline", standings.headline());
        page.put("facts", facts());
        page.put("summary", summary());
        page.put("notes", notes);
        page.put("standings", standings.all());
        page.put("best", standings.best());
        page.put("main", tables.main());
        page.put("sizes", tables.sizes());
        page.put("severalSeeds", result.seeds().size() > 1);
        page.put("severalSizes", result.trainingSizes().size() > 1);
        page.put("classes", tables.classes());
        page.put("bestClasses", tables.classes(standings.best()));
        page.put("errorKinds", tables.errorKinds());
        page.put("significance", tested(significance));
        page.put("contestants", result.contestants());
        page.put("provenance", result.provenance());
        page.put(
                "command", result.provenance().getOrDefault(COMMAND, "").lines().toList());
        page.put("spans", standings.spans());
        return page;
    }

    private static List<Tested> tested(List<SignificanceRow> rows) {
        return rows.stream().map(Tested::of).toList();
    }

    private List<SignificanceRow> aboutBest() {
        return significance.stream()
                .filter(row -> row.isAbout(standings.best().name()))
                .toList();
    }

    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        facts.add(Format.plural(result.contestants().size(), "contestant"));
        facts.add(Format.plural(result.seeds().size(), "seed"));
        facts.add(Format.list(result.trainingSizes().stream()
                        .map(size -> Format.count(size))
                        .toList()) + " training examples");
        facts.add(Format.plural(result.items().size(), "test item"));
        return facts;
    }
}
