package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Results of a comparison by candidate.
 *
 * @param comparison the comparison
 * @param all results of the candidates that finished at full size, in the order of tables
 * @param ranked the same results, the best first
 */
record Leaderboard(ComparisonResult comparison, List<CandidateResult> all, List<CandidateResult> ranked) {

    /**
     * Creates the leaderboard of a comparison.
     *
     * @throws IllegalArgumentException if no candidate finished at full size
     */
    static Leaderboard of(ComparisonResult comparison) {
        List<CandidateResult> all = at(comparison, comparison.fullSize());
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    "No candidate has a cell with all " + comparison.fullSize() + " training examples");
        }
        return new Leaderboard(
                comparison,
                all,
                all.stream()
                        .sorted(Comparator.comparing(
                                result -> result.headline().mean(),
                                format(comparison, comparison.scoring().headline())
                                        .bestFirst()))
                        .toList());
    }

    private static ScoreFormat format(ComparisonResult comparison, String metric) {
        return new ScoreFormat(comparison.scoring().scale(metric));
    }

    CandidateResult best() {
        return ranked.get(0);
    }

    Optional<CandidateResult> bestSoftPrompt() {
        return ranked.stream().filter(CandidateResult::softPrompt).findFirst();
    }

    Optional<CandidateResult> bestOther() {
        return ranked.stream().filter(result -> !result.softPrompt()).findFirst();
    }

    String headline() {
        return comparison.scoring().headline();
    }

    /** Returns the format of the headline metric. */
    ScoreFormat format() {
        return format(headline());
    }

    /** Returns the format of a metric. */
    ScoreFormat format(String metric) {
        return format(comparison, metric);
    }

    /** Returns the parts of the report that depend on the task. */
    TaskView view() {
        return TaskView.of(comparison.scoring());
    }

    /** Returns the results at a training size, in the order of tables. */
    List<CandidateResult> at(int trainingSize) {
        return at(comparison, trainingSize);
    }

    /** Returns the names of the metrics, the headline metric first. */
    List<String> metrics() {
        return all.stream()
                .flatMap(result -> result.cells().stream())
                .flatMap(cell -> cell.metrics().keySet().stream())
                .distinct()
                .toList();
    }

    private static List<CandidateResult> at(ComparisonResult comparison, int trainingSize) {
        String headline = comparison.scoring().headline();
        List<ChartMarker> markers = ChartMarker.of(comparison.candidates());
        List<CandidateResult> results = new ArrayList<>();
        for (int i = 0; i < comparison.candidates().size(); i++) {
            Candidate candidate = comparison.candidates().get(i);
            List<Cell> cells = comparison.cells(candidate.name(), trainingSize);
            if (!cells.isEmpty()) {
                Sample score = Sample.of(
                        cells.stream().mapToDouble(cell -> cell.metrics().getOrDefault(headline, Double.NaN)));
                results.add(new CandidateResult(i, markers.get(i), candidate, cells, score));
            }
        }
        return results;
    }
}
