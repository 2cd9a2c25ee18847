package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.Scoring.ClassScore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Scores by class, which is a label or an entity type, at full size.
 *
 * @param support number of occurrences in the test set by class, in alphabetical order
 * @param seeds scores by class of each seed, by candidate name
 */
record ClassScores(Map<String, Long> support, Map<String, List<Map<String, ClassScore>>> seeds) {

    static ClassScores of(Leaderboard leaderboard) {
        Map<String, List<Map<String, ClassScore>>> seeds = leaderboard.all().stream()
                .collect(Collectors.toMap(CandidateResult::name, result -> result.cells().stream()
                        .map(cell -> scores(leaderboard, cell))
                        .toList()));
        Map<String, Long> support = new TreeMap<>();
        seeds.values().stream()
                .flatMap(List::stream)
                .flatMap(scores -> scores.values().stream())
                .forEach(score -> support.put(score.name(), score.support()));
        return new ClassScores(support, seeds);
    }

    Sample f1(CandidateResult result, String name) {
        return score(result, name, ClassScore::f1);
    }

    Sample precision(CandidateResult result, String name) {
        return score(result, name, ClassScore::precision);
    }

    Sample recall(CandidateResult result, String name) {
        return score(result, name, ClassScore::recall);
    }

    /** Returns a score over the seeds in which the class occurs, in the test set or in predictions. */
    private Sample score(CandidateResult result, String name, ToDoubleFunction<ClassScore> score) {
        return Sample.of(seeds.get(result.name()).stream()
                .flatMap(scores -> Stream.ofNullable(scores.get(name)))
                .mapToDouble(score));
    }

    private static Map<String, ClassScore> scores(Leaderboard leaderboard, Cell cell) {
        return leaderboard
                .comparison()
                .scoring()
                .classes(leaderboard.comparison().items(), cell.predictions())
                .stream()
                .collect(Collectors.toMap(ClassScore::name, Function.identity()));
    }
}
