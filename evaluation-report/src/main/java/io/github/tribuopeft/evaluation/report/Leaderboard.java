package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.SpanScoring;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A comparison's figures by contestant.
 *
 * @param result the comparison
 * @param all the contestants that finished at full size, in the order of tables
 * @param ranked the same, best first
 */
record Leaderboard(ComparisonResult result, List<CandidateResult> all, List<CandidateResult> ranked) {

    /**
     * Sums up a comparison.
     *
     * @throws IllegalArgumentException if no contestant finished at full size
     */
    static Leaderboard of(ComparisonResult result) {
        List<CandidateResult> all = at(result, result.fullSize());
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    "No contestant has a cell with all " + result.fullSize() + " training examples");
        }
        return new Leaderboard(
                result,
                all,
                all.stream()
                        .sorted(Comparator.comparingDouble(Leaderboard::shortfall))
                        .toList());
    }

    private static double shortfall(CandidateResult standing) {
        double mean = standing.headline().mean();
        return Double.isNaN(mean) ? 1 : -mean;
    }

    CandidateResult best() {
        return ranked.get(0);
    }

    Optional<CandidateResult> bestSoftPrompt() {
        return ranked.stream().filter(CandidateResult::softPrompt).findFirst();
    }

    Optional<CandidateResult> bestOther() {
        return ranked.stream().filter(standing -> !standing.softPrompt()).findFirst();
    }

    String headline() {
        return result.scoring().headline();
    }

    /** Whether answers are spans of words, rather than a label for the whole. */
    boolean spans() {
        return result.scoring() instanceof SpanScoring;
    }

    /** The contestants that finished at a size, in the order of tables. */
    List<CandidateResult> at(int trainingSize) {
        return at(result, trainingSize);
    }

    /** The metrics' names, the headline first. */
    List<String> metrics() {
        return all.stream()
                .flatMap(standing -> standing.cells().stream())
                .flatMap(cell -> cell.metrics().keySet().stream())
                .distinct()
                .toList();
    }

    private static List<CandidateResult> at(ComparisonResult result, int trainingSize) {
        String headline = result.scoring().headline();
        List<CandidateResult> standings = new ArrayList<>();
        for (int i = 0; i < result.contestants().size(); i++) {
            Candidate contestant = result.contestants().get(i);
            List<Cell> cells = result.cells(contestant.name(), trainingSize);
            if (!cells.isEmpty()) {
                Sample score = Sample.of(
                        cells.stream().mapToDouble(cell -> cell.metrics().getOrDefault(headline, Double.NaN)));
                standings.add(new CandidateResult(i, contestant, cells, score));
            }
        }
        return standings;
    }
}
