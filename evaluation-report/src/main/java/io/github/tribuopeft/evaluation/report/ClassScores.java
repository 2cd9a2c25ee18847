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
 * The scores of labels or entity types at full size.
 *
 * @param support each class's number in the test set, in alphabetical order
 * @param seeds for each contestant's name its seeds' scores by class
 */
record ClassScores(Map<String, Long> support, Map<String, List<Map<String, ClassScore>>> seeds) {

    static ClassScores of(Leaderboard standings) {
        Map<String, List<Map<String, ClassScore>>> seeds = standings.all().stream()
                .collect(Collectors.toMap(CandidateResult::name, standing -> standing.cells().stream()
                        .map(cell -> scores(standings, cell))
                        .toList()));
        Map<String, Long> support = new TreeMap<>();
        seeds.values().stream()
                .flatMap(List::stream)
                .flatMap(scores -> scores.values().stream())
                .forEach(score -> support.put(score.name(), score.support()));
        return new ClassScores(support, seeds);
    }

    Sample f1(CandidateResult standing, String name) {
        return figure(standing, name, ClassScore::f1);
    }

    Sample precision(CandidateResult standing, String name) {
        return figure(standing, name, ClassScore::precision);
    }

    Sample recall(CandidateResult standing, String name) {
        return figure(standing, name, ClassScore::recall);
    }

    /** Over the seeds in which the class occurs, in the test set or in what was found. */
    private Sample figure(CandidateResult standing, String name, ToDoubleFunction<ClassScore> figure) {
        return Sample.of(seeds.get(standing.name()).stream()
                .flatMap(scores -> Stream.ofNullable(scores.get(name)))
                .mapToDouble(figure));
    }

    private static Map<String, ClassScore> scores(Leaderboard standings, Cell cell) {
        return standings.result().scoring().classes(standings.result().items(), cell.predictions()).stream()
                .collect(Collectors.toMap(ClassScore::name, Function.identity()));
    }
}
