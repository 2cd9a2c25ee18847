package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.MetricScale;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Conclusions of a comparison in a few sentences. They claim no more than the significance tests allow. */
final class Summary {

    private static final int MAX_CLASSES = 3;
    private static final int MAX_NAMES = 5;
    // smaller deficits on a class are not mentioned
    private static final double MIN_DEFICIT = 0.005;
    private static final ScoreFormat F1 = new ScoreFormat(MetricScale.SHARE);

    private final Leaderboard leaderboard;
    private final List<SignificanceRow> significance;
    private final ClassScores classes;

    Summary(Leaderboard leaderboard, List<SignificanceRow> significance, ClassScores classes) {
        this.leaderboard = leaderboard;
        this.significance = significance;
        this.classes = classes;
    }

    /** Returns the sentences, the most important first. */
    List<String> sentences() {
        CandidateResult best = leaderboard.best();
        if (leaderboard.ranked().size() == 1) {
            return List.of(best.name() + " reaches " + scoreWithName(best) + basis());
        }
        if (significance.isEmpty()) {
            return List.of(best.name() + " has the best " + leaderboard.headline() + ", " + score(best) + basis()
                    + " No significance test was run, so the order may be due to chance.");
        }
        List<CandidateResult> others =
                leaderboard.ranked().subList(1, leaderboard.ranked().size());
        List<CandidateResult> worse =
                others.stream().filter(other -> significant(best, other)).toList();
        List<CandidateResult> close = others.stream()
                .filter(other -> test(best, other).isPresent() && !significant(best, other))
                .toList();
        List<String> sentences = new ArrayList<>();
        sentences.add(
                close.isEmpty()
                        ? best.name() + " is best: " + scoreWithName(best) + ", significantly better than "
                                + names(worse) + basis()
                        : "No clear winner in " + leaderboard.headline() + " among "
                                + names(Stream.concat(Stream.of(best), close.stream())
                                        .toList())
                                + basis());
        if (!close.isEmpty() && !worse.isEmpty()) {
            sentences.add(best.name() + ", which has the best mean of them, is significantly better than "
                    + names(worse) + ".");
        }
        List<CandidateResult> untested =
                others.stream().filter(other -> test(best, other).isEmpty()).toList();
        if (!untested.isEmpty()) {
            sentences.add("Not tested, because some training runs are missing: " + names(untested) + ".");
        }
        fewestParameters(best, close).ifPresent(sentences::add);
        sentences.addAll(softPrompts());
        return sentences;
    }

    private String score(CandidateResult result) {
        return leaderboard.format().quantity(result.headline());
    }

    private String scoreWithName(CandidateResult result) {
        return leaderboard.format().score(leaderboard.headline(), result.headline());
    }

    private String names(List<CandidateResult> results) {
        List<String> names = results.stream()
                .limit(results.size() > MAX_NAMES ? MAX_NAMES - 1 : MAX_NAMES)
                .map(result -> result.name() + " (" + score(result) + ")")
                .toList();
        return names.size() == results.size()
                ? Format.list(names)
                : String.join(", ", names) + " and " + Format.plural(results.size() - names.size(), "other candidate");
    }

    /** Returns the end of a sentence: the numbers on which it is based. */
    private String basis() {
        int seeds = leaderboard.comparison().seeds().size();
        return "; n\u00a0=\u00a0"
                + Format.plural(leaderboard.comparison().items().size(), "test item") + ", "
                + (seeds > 1 ? "mean\u00a0±\u00a0standard deviation of " : "") + Format.plural(seeds, "seed") + ".";
    }

    private Optional<SignificanceRow> test(CandidateResult one, CandidateResult other) {
        return significance.stream()
                .filter(row -> row.isAbout(one.name()) && row.isAbout(other.name()))
                .findFirst();
    }

    private boolean significant(CandidateResult one, CandidateResult other) {
        return test(one, other).map(SignificanceRow::significant).orElse(false);
    }

    /** Names the candidate with the fewest trainable parameters among those that may be as good as the best. */
    private Optional<String> fewestParameters(CandidateResult best, List<CandidateResult> close) {
        return close.stream()
                .filter(other -> other.parameters() > 0 && other.parameters() < best.parameters())
                .min(Comparator.comparingDouble(CandidateResult::parameters))
                .map(other -> "Of the candidates without a clear difference from " + best.name() + ", " + other.name()
                        + " trains the fewest parameters: " + Format.count(other.parameters()) + " instead of "
                        + Format.count(best.parameters()) + ".");
    }

    private List<String> softPrompts() {
        Optional<CandidateResult> soft = leaderboard.bestSoftPrompt();
        Optional<CandidateResult> other = leaderboard.bestOther();
        if (soft.isEmpty() || other.isEmpty() || test(soft.get(), other.get()).isEmpty()) {
            return List.of();
        }
        String pair = "the best soft prompt, " + soft.get().name() + ", and the best other candidate, "
                + other.get().name();
        if (!significant(soft.get(), other.get())) {
            return List.of("Between " + pair + ", there is no clear difference.");
        }
        double lead = leaderboard
                .format()
                .scale()
                .lead(soft.get().headline().mean(), other.get().headline().mean());
        List<String> sentences = new ArrayList<>();
        sentences.add("The best soft prompt, " + soft.get().name() + ", is significantly "
                + (lead > 0 ? "better" : "worse") + " than the best other candidate, "
                + other.get().name() + ": by " + leaderboard.format().distance(lead) + ".");
        if (lead < 0) {
            weakestClasses(soft.get(), other.get()).ifPresent(sentences::add);
        }
        return sentences;
    }

    private Optional<String> weakestClasses(CandidateResult soft, CandidateResult other) {
        List<String> deficits = classes.support().keySet().stream()
                .filter(name -> classes.support().get(name) > 0 && deficit(soft, other, name) > MIN_DEFICIT)
                .sorted(Comparator.comparingDouble(name -> -deficit(soft, other, name)))
                .limit(MAX_CLASSES)
                .map(name -> name + " (" + F1.distance(deficit(soft, other, name)) + ")")
                .toList();
        return deficits.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Its F1 is furthest below that of " + other.name() + " on " + Format.list(deficits) + ".");
    }

    private double deficit(CandidateResult soft, CandidateResult other, String name) {
        return classes.f1(other, name).mean() - classes.f1(soft, name).mean();
    }
}
