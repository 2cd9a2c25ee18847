package io.github.tribuopeft.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.LabelScoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.Comparisons.Strength;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReportTest {

    private static final List<Integer> SIZES = List.of(100, 400);
    private static final String HOSTILE =
            "<script>alert(\"1\")</script> & 'it' 🦀 |a|b| {{ title }} " + "x".repeat(400);

    static Stream<Arguments> comparisons() {
        List<Strength> one = Comparisons.SEVEN.subList(0, 1);
        List<Strength> unknownValues = Comparisons.SEVEN.subList(6, 7);
        List<Strength> perfect =
                List.of(new Strength("oracle", "weights", 2, 0), new Strength("twin", "weights", 2, 5));
        return Stream.of(
                Arguments.of("labels", Comparisons.labels(Comparisons.SEVEN, 6, 120, 3, SIZES)),
                Arguments.of("spans", Comparisons.spans(Comparisons.SEVEN, 120, 3, List.of(100, 400, 1600))),
                Arguments.of("several labels", Comparisons.multiLabels(Comparisons.SEVEN, 120, 3, SIZES)),
                Arguments.of("numbers", Comparisons.numbers(Comparisons.SEVEN, 120, 3, SIZES)),
                Arguments.of("one candidate, numbers", Comparisons.numbers(one, 30, 1, List.of(50))),
                Arguments.of("one candidate, seed and size", Comparisons.labels(one, 6, 60, 1, List.of(50))),
                Arguments.of("one candidate, spans", Comparisons.spans(one, 30, 1, List.of(50))),
                Arguments.of(
                        "unknown numbers of trained values", Comparisons.labels(unknownValues, 2, 20, 2, List.of(5))),
                Arguments.of("no errors", Comparisons.labels(perfect, 6, 20, 2, List.of(50))),
                Arguments.of("no errors in spans", Comparisons.spans(perfect, 20, 2, List.of(50))),
                Arguments.of("77 labels", Comparisons.labels(Comparisons.SEVEN, 77, 800, 3, SIZES)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparisons")
    void htmlIsValidCompleteAndSelfContained(String name, ComparisonResult result) throws IOException {
        String html = report(result).html();

        save(name, html);
        assertThat(HtmlCheck.errors(html)).isEmpty();
        assertThat(html.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1_000_000);
        assertThat(html)
                .doesNotContain("<script", "<link", "<img", "@import", "url(http", "rgb(")
                .doesNotContainPattern("src\\s*=")
                .doesNotContainPattern("href=\"(?!#|results\\.csv\"|results\\.json\")")
                .doesNotContain("NaN", "null", "Infinity");
        assertThat(tables(html).get(0))
                .contains(result.candidates().stream().map(c -> c.name()).toList());
        assertThat(figures(html)).allSatisfy(svg -> assertThat(svg)
                .containsPattern("aria-labelledby=\"[\\w-]+-title [\\w-]+-desc\"")
                .containsPattern("<title id=\"[\\w-]+-title\">[^<]+</title>")
                .containsPattern("<desc id=\"[\\w-]+-desc\">[^<]+</desc>"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparisons")
    void markdownTablesHaveEqualRows(String name, ComparisonResult result) {
        String markdown = report(result).markdown();

        assertThat(columnCounts(markdown)).isNotEmpty().allSatisfy(counts -> assertThat(counts)
                .containsOnly(counts.get(0)));
        result.candidates().forEach(candidate -> assertThat(markdown).contains(candidate.name()));
        assertThat(markdown).doesNotContain("NaN", "null").doesNotContainPattern("\n{3}");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparisons")
    void csvHasOneLineForEachCell(String name, ComparisonResult result) throws IOException {
        List<Map<String, String>> lines = parse(report(result).csv());

        assertThat(lines).hasSameSizeAs(result.cells());
        for (int i = 0; i < lines.size(); i++) {
            Map<String, String> line = lines.get(i);
            Cell cell = result.cells().get(i);
            assertThat(line)
                    .containsEntry("candidate", cell.key().candidate())
                    .containsEntry("seed", String.valueOf(cell.key().seed()))
                    .containsEntry("trainingSize", String.valueOf(cell.key().trainingSize()))
                    .containsEntry(
                            "trainableParameters",
                            cell.costs().trainableValues() < 0
                                    ? ""
                                    : String.valueOf(cell.costs().trainableValues()));
            cell.metrics().forEach((metric, value) -> assertThat(Double.parseDouble(line.get(metric)))
                    .isEqualTo(value));
        }
    }

    /** One varied setting has one chart; two have one chart for each value of the second one. */
    @Test
    void sweepsAreDrawnByTheVariedSetting() throws IOException {
        Report one = report(Comparisons.sweep(Map.of("virtual-tokens", List.of("1", "5", "20"))));
        assertThat(figures(one.html()))
                .filteredOn(svg -> svg.contains("Accuracy by virtual-tokens"))
                .as("two sizes")
                .hasSize(2)
                .allSatisfy(svg -> assertThat(svg).contains(">1<", ">5<", ">20<", "prefix-tuning: 1 ", "lora: 1 "));
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put("placement", List.of("BEFORE", "NO_POSITION_IDS"));
        settings.put("virtual-tokens", List.of("5", "20", "1"));
        String two = report(Comparisons.sweep(settings)).html();
        save("sweep", two);
        assertThat(HtmlCheck.errors(two)).isEmpty();
        assertThat(figures(two))
                .filteredOn(svg -> svg.contains("Accuracy by virtual-tokens"))
                .hasSize(2)
                .anySatisfy(svg -> assertThat(svg).contains("Accuracy by virtual-tokens, placement=BEFORE<"));
        assertThat(figures(report(Comparisons.labels(Comparisons.SEVEN, 6, 60, 1, List.of(100)))
                        .html()))
                .noneMatch(svg -> svg.contains("sweep-"));
    }

    @Test
    void labelsWithoutTestItemsHaveNoScore() {
        ComparisonResult plain = Comparisons.labels(Comparisons.SEVEN.subList(0, 2), 3, 20, 1, List.of(100));
        ComparisonResult result = Comparisons.with(
                plain,
                cell -> new Cell(
                        cell.key(),
                        cell.configuration(),
                        cell.metrics(),
                        cell.costs(),
                        cell.epochs(),
                        cell.predictions().stream()
                                .map(labels -> labels.get(0).equals("cancel") ? List.of("absent") : labels)
                                .toList()));
        assertThat(report(result).markdown()).contains("| absent | 0 | – | – |");
    }

    @Test
    void headerAndContents() {
        String html = report(Comparisons.labels(Comparisons.SEVEN, 6, 60, 1, List.of(100)))
                .html();
        assertThat(html)
                .contains("<dt>backbone</dt><dd><span class=\"word\">all-MiniLM-L6-v2</span></dd>")
                .contains(
                        "href=\"#significance\"",
                        "href=\"results.csv\"",
                        "href=\"results.json\"",
                        "id=\"significance\"")
                .doesNotContain("trained values", "contestant");
    }

    @Test
    void htmlCheckFindsErrors() throws IOException {
        assertThat(HtmlCheck.errors(
                        "<!DOCTYPE html><html lang=en><title>x</title><style>p { colr: red }</style><p><div></p>"))
                .anySatisfy(error -> assertThat(error).contains("colr"))
                .anySatisfy(error -> assertThat(error).contains("div"));
    }

    @Test
    void figuresAppearOnlyWithData() {
        assertThat(figures(report(Comparisons.labels(Comparisons.SEVEN, 6, 60, 3, SIZES))
                        .html()))
                .as("trade-off and training sizes in two sizes each, and six curves of metric and loss")
                .hasSize(2 + 2 + 6 + 6);
        assertThat(figures(report(Comparisons.labels(Comparisons.SEVEN, 6, 60, 3, List.of(100)))
                        .html()))
                .as("one training size")
                .hasSize(2 + 6 + 6);
        assertThat(figures(report(Comparisons.labels(Comparisons.SEVEN.subList(6, 7), 6, 60, 3, List.of(100)))
                        .html()))
                .as("without trained values and epochs")
                .isEmpty();
    }

    @Test
    void dataIsEscaped() throws IOException {
        List<Strength> hostile = List.of(
                new Strength(HOSTILE, "soft prompt", 0.8, 1_000), new Strength("=<b>1|2</b>", "weights", 0.7, 50_000));
        ComparisonResult plain = Comparisons.labels(hostile, 6, 40, 2, SIZES);
        ComparisonResult result = new ComparisonResult(
                HOSTILE,
                new LabelScoring(),
                plain.candidates(),
                plain.seeds(),
                plain.trainingSizes(),
                plain.items().stream()
                        .map(item -> new TestItem(List.of(HOSTILE), List.of(HOSTILE)))
                        .toList(),
                plain.cells(),
                Map.of(Report.COMMAND, "a\n" + HOSTILE + "\r\n<b>", HOSTILE, "x"));
        Report report = Report.of(result, Significance.of(result), List.of(HOSTILE));

        String html = report.html();
        save("hostile", html);
        assertThat(HtmlCheck.errors(html)).isEmpty();
        assertThat(html)
                .doesNotContain("<script", "<b>")
                .contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;it&#39; 🦀 |a|b| {{ title }}");
        assertThat(report.markdown().replaceAll("(?m)^ {4}.*", "").lines())
                .as("all lines except the command, which is code")
                .noneMatch(line -> line.contains("<script") || line.contains("<b>"))
                .anyMatch(line -> line.contains("\\|a\\|b\\|"));
        assertThat(columnCounts(report.markdown()))
                .allSatisfy(counts -> assertThat(counts).containsOnly(counts.get(0)));
        assertThat(parse(report.csv()).get(0)).containsEntry("candidate", HOSTILE);
    }

    @Test
    void unfinishedCandidatesAreOmitted() {
        ComparisonResult all = Comparisons.labels(Comparisons.SEVEN, 6, 60, 3, SIZES);
        ComparisonResult result = new ComparisonResult(
                all.title(),
                all.scoring(),
                all.candidates(),
                all.seeds(),
                all.trainingSizes(),
                all.items(),
                all.cells().stream()
                        .filter(cell -> !cell.key().candidate().equals("LoRA")
                                || cell.key().trainingSize() == 100)
                        .toList(),
                all.provenance());

        assertThat(tables(report(result).html()).get(0)).doesNotContain("LoRA").contains("BitFit");
    }

    @Test
    void rejectsComparisonsWithoutFinishedCandidates() {
        ComparisonResult all = Comparisons.labels(Comparisons.SEVEN, 6, 60, 3, SIZES);
        ComparisonResult result = new ComparisonResult(
                all.title(), all.scoring(), all.candidates(), all.seeds(), SIZES, all.items(), List.of(), Map.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> report(result))
                .withMessage("No candidate has a cell with all 400 training examples");
    }

    @Test
    void writesAllFiles(@TempDir Path directory) throws IOException {
        Report report = report(Comparisons.labels(Comparisons.SEVEN, 6, 60, 1, List.of(100)));

        report.write(directory.resolve("a/b"));

        assertThat(directory.resolve("a/b/report.html")).hasContent(report.html());
        assertThat(directory.resolve("a/b/report.md")).hasContent(report.markdown());
        assertThat(directory.resolve("a/b/results.csv")).hasContent(report.csv());
    }

    private static Report report(ComparisonResult result) {
        return Report.of(
                result, Significance.of(result), List.of("All candidates except the linear model share one backbone."));
    }

    /** Saves the page for visual inspection. */
    private static void save(String name, String html) throws IOException {
        Path directory = Files.createDirectories(Path.of("target/sample-reports"));
        Files.writeString(directory.resolve(name.replaceAll("\\W+", "-") + ".html"), html);
    }

    private static List<String> tables(String html) {
        return all("(?s)<table.*?</table>", html);
    }

    private static List<String> figures(String html) {
        return all("(?s)<svg.*?</svg>", html).stream()
                .filter(svg -> !svg.contains("aria-hidden"))
                .toList();
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /** Returns the number of columns of each line of each table. */
    private static List<List<Integer>> columnCounts(String markdown) {
        List<List<Integer>> tables = new ArrayList<>();
        boolean inTable = false;
        for (String line : markdown.split("\n")) {
            boolean row = line.startsWith("|");
            if (row && !inTable) {
                tables.add(new ArrayList<>());
            }
            if (row) {
                assertThat(line).endsWith("|");
                tables.get(tables.size() - 1).add(line.replace("\\|", "").split("\\|", -1).length);
            }
            inTable = row;
        }
        return tables;
    }

    private static List<Map<String, String>> parse(String csv) throws IOException {
        try (MappingIterator<Map<String, String>> lines = new CsvMapper()
                .readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(csv)) {
            return lines.readAll();
        }
    }
}
