package io.github.tribuopeft.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.LabelScoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluationReportTest {

    private static final List<Comparisons.Strength> ONE = Comparisons.SEVEN.subList(1, 2);

    static Stream<Arguments> comparisons() {
        return Stream.of(
                Arguments.of("labels", Comparisons.labels(ONE, 6, 120, 1, List.of(400))),
                Arguments.of("spans", Comparisons.spans(ONE, 120, 1, List.of(400))),
                Arguments.of("several labels", Comparisons.multiLabels(ONE, 120, 1, List.of(400))),
                Arguments.of("numbers", Comparisons.numbers(ONE, 120, 1, List.of(400))),
                Arguments.of(
                        "no errors",
                        Comparisons.labels(
                                List.of(new Comparisons.Strength("oracle", "weights", 2, 5)), 3, 20, 1, List.of(9))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparisons")
    void pagesAreValidAndSelfContained(String name, ComparisonResult result) throws IOException {
        String html = EvaluationReport.of(evaluation(result)).html();
        Path directory = Files.createDirectories(Path.of("target/sample-reports"));
        Files.writeString(directory.resolve("evaluation-" + name.replace(' ', '-') + ".html"), html);
        assertThat(HtmlCheck.errors(html)).isEmpty();
        assertThat(html)
                .doesNotContain("<script", "<link", "<img", "url(http", "rgb(", "NaN", "Infinity")
                .contains("Evaluation · " + result.scoring().task(), "<dt>backbone</dt>", "baseline");
    }

    /** Returns the evaluation of the first candidate, with random probabilities. */
    private static Evaluation evaluation(ComparisonResult result) {
        Random random = new Random(1);
        List<List<String>> predictions = result.cells().get(0).predictions();
        List<List<Map<String, Double>>> probabilities = new ArrayList<>();
        for (List<String> predicted : predictions) {
            List<Map<String, Double>> outputs = new ArrayList<>();
            if (result.scoring().task().equals("multi-label")) {
                Map<String, Double> labels = new LinkedHashMap<>();
                for (String label : List.of("book_ticket", "cancel", "change_seat", "complaint")) {
                    labels.put(label, (predicted.contains(label) ? 1 : 0) / 2.0 + random.nextDouble() / 2);
                }
                outputs.add(labels);
            } else {
                predicted.forEach(output -> outputs.add(Map.of(output, 0.5 + random.nextDouble() / 2)));
            }
            probabilities.add(outputs);
        }
        boolean numbers = result.scoring().task().equals("regression");
        return new Evaluation(
                "model on test",
                "prefix tuning",
                result.scoring(),
                result.items(),
                predictions,
                numbers ? List.of() : probabilities,
                new Evaluation.Baseline("the first output", baseline(result)),
                Map.of("backbone", "tiny"),
                Map.of("machine", "one"));
    }

    private static List<List<String>> baseline(ComparisonResult result) {
        return result.items().stream()
                .map(item -> switch (result.scoring().task()) {
                    case "ner" -> Collections.nCopies(item.gold().size(), "O");
                    default -> result.items().get(0).gold();
                })
                .toList();
    }

    private static Evaluation labels(List<String> gold, List<String> predicted, List<Double> confidences) {
        List<TestItem> items = new ArrayList<>();
        List<List<Map<String, Double>>> probabilities = new ArrayList<>();
        for (int i = 0; i < gold.size(); i++) {
            items.add(new TestItem(List.of("text " + i), List.of(gold.get(i))));
            double rest = 1 - confidences.get(i);
            probabilities.add(List.of(Map.of(
                    predicted.get(i), confidences.get(i), predicted.get(i).equals("a") ? "b" : "a", rest)));
        }
        return new Evaluation(
                "m on t",
                "m",
                new LabelScoring(),
                items,
                predicted.stream().map(List::of).toList(),
                probabilities,
                new Evaluation.Baseline("a", Collections.nCopies(gold.size(), List.of("a"))),
                Map.of(),
                Map.of());
    }

    @Test
    void mostConfidentErrorsComeFirst() {
        Evaluation evaluation =
                labels(List.of("a", "b", "a", "b"), List.of("b", "b", "b", "a"), List.of(0.6, 0.9, 0.95, 0.7));
        EvaluationErrors errors = EvaluationErrors.of(evaluation);
        assertThat(errors.note()).isEqualTo("3 of 4 test items wrong, the most confident first.");
        assertThat(errors.items())
                .extracting(EvaluationErrors.Item::text)
                .containsExactly("text 2", "text 3", "text 0");
        assertThat(errors.items().get(0).note()).isEqualTo("Probabilities: b 95.0\u00a0%, a 5.0\u00a0%.");
    }

    @Test
    void calibrationError() {
        List<Decision> decisions = List.of(
                new Decision(0.95, true), new Decision(0.97, false), new Decision(1.0, true), new Decision(0.55, true));
        Calibration calibration = Calibration.of(decisions);
        // bins: 0.9 to 1 with mean 0.9733 and 2 of 3 correct, 0.5 to 0.6 with mean 0.55 and all correct
        assertThat(calibration.bins()).hasSize(2);
        assertThat(calibration.expectedCalibrationError())
                .isCloseTo((3 * (2.92 / 3 - 2 / 3.0) + 0.45) / 4, within(1e-12));
    }

    @Test
    void summaryComparesWithTheBaseline() {
        String html = EvaluationReport.of(
                        labels(List.of("a", "b", "a", "b"), List.of("b", "b", "a", "b"), List.of(0.6, 0.9, 0.95, 0.7)))
                .html();
        assertThat(html)
                .contains(
                        "m reaches 75.0\u00a0% accuracy (95\u00a0% confidence interval ", "n\u00a0=\u00a04 test items)")
                .contains("Baseline that ignores the input (a): 50.0\u00a0% accuracy.")
                .contains("Expected calibration error: ");
    }

    @Test
    void testSetMustNotBeEmpty() {
        Evaluation empty = labels(List.of(), List.of(), List.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EvaluationReport.of(empty))
                .withMessage("The test set is empty");
    }
}
