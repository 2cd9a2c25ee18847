package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.MetricScale;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Conclusions of a comparison in a few sentences, computed from its results. */
final class Summary {

    private static final String PERCENT = "\u00a0%";
    private static final int MAX_CLASSES = 3;
    // smaller deficits on a class or training size are not mentioned
    private static final double MIN_DEFICIT = 0.005;

    private enum Verdict {
        SIGNIFICANT,
        NOISE,
        UNKNOWN
    }

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
        List<String> sentences = new ArrayList<>();
        sentences.add(winner());
        if (leaderboard.all().size() > 1) {
            sentences.addAll(comparisonsWithBest());
            cheapestWithinNoise().ifPresent(sentences::add);
            sentences.addAll(softPrompts());
        }
        return sentences;
    }

    private String winner() {
        CandidateResult best = leaderboard.best();
        String score = format().quantity(best.headline()) + " " + leaderboard.headline();
        String basis = " (" + (best.headline().n() > 1 ? "mean and standard deviation of " : "")
                + Format.plural(best.headline().n(), "seed") + ", "
                + Format.plural(leaderboard.comparison().fullSize(), "training example") + ", "
                + Format.plural(leaderboard.comparison().items().size(), "test item") + ")";
        if (leaderboard.ranked().size() == 1) {
            return best.name() + " reaches " + score + basis + ".";
        }
        CandidateResult second = leaderboard.ranked().get(1);
        return tied(best, second)
                ? best.name() + " and " + second.name() + " tie for first place: " + score + basis + "."
                : best.name() + " is best: " + score + basis + ", " + format().distance(lead(best, second))
                        + " ahead of " + second.name() + ".";
    }

    private List<String> comparisonsWithBest() {
        CandidateResult best = leaderboard.best();
        Map<Verdict, List<String>> others = new EnumMap<>(Verdict.class);
        for (CandidateResult other :
                leaderboard.ranked().subList(1, leaderboard.ranked().size())) {
            if (!tied(best, other)) {
                others.computeIfAbsent(verdict(best, other), verdict -> new ArrayList<>())
                        .add(other.name());
            }
        }
        List<String> sentences = new ArrayList<>();
        if (others.containsKey(Verdict.SIGNIFICANT)) {
            sentences.add("The lead over " + Format.list(others.get(Verdict.SIGNIFICANT))
                    + (significance.isEmpty()
                            ? " exceeds the standard deviations over seeds; no significance test was run."
                            : " is significant (p < 0.05 after Holm's correction)."));
        }
        if (others.containsKey(Verdict.NOISE)) {
            sentences.add("The difference from " + Format.list(others.get(Verdict.NOISE))
                    + (significance.isEmpty()
                            ? " is within the standard deviations over seeds; no significance test was run."
                            : " is within noise."));
        }
        if (others.containsKey(Verdict.UNKNOWN)) {
            sentences.add("Whether the difference from " + Format.list(others.get(Verdict.UNKNOWN))
                    + " is significant is unknown.");
        }
        return sentences;
    }

    /**
     * Returns whether a lead is significant: by its test or, without any tests, by the standard deviation over seeds.
     */
    private Verdict verdict(CandidateResult better, CandidateResult worse) {
        List<SignificanceRow> tests = significance.stream()
                .filter(row -> row.isAbout(better.name()) && row.isAbout(worse.name()))
                .toList();
        boolean untested = tests.isEmpty()
                && (!significance.isEmpty()
                        || Math.min(better.headline().n(), worse.headline().n()) < 2);
        if (untested) {
            return Verdict.UNKNOWN;
        }
        boolean significant = significance.isEmpty()
                ? lead(better, worse)
                        > better.headline().sd() + worse.headline().sd()
                : tests.stream().anyMatch(row -> row.finds(better.name(), worse.name(), format().scale()));
        return significant ? Verdict.SIGNIFICANT : Verdict.NOISE;
    }

    /** Names the candidate with the fewest trained values among those within noise of the best. */
    private Optional<String> cheapestWithinNoise() {
        CandidateResult best = leaderboard.best();
        return leaderboard.ranked().stream()
                .skip(1)
                .filter(other -> other.trainableValues() > 0 && other.trainableValues() < best.trainableValues())
                .filter(other -> verdict(best, other) == Verdict.NOISE)
                .min(Comparator.comparingDouble(CandidateResult::trainableValues))
                .map(other -> other.name() + ", within noise of " + best.name() + ", trains "
                        + Format.count(other.trainableValues()) + " values instead of "
                        + Format.count(best.trainableValues()) + ": "
                        + Format.number(100 * other.trainableValues() / best.trainableValues()) + PERCENT + ".");
    }

    private List<String> softPrompts() {
        Optional<CandidateResult> soft = leaderboard.bestSoftPrompt();
        Optional<CandidateResult> other = leaderboard.bestOther();
        if (soft.isEmpty() || other.isEmpty()) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        sentences.add(softPromptsAgainst(soft.get(), other.get()));
        weakestClasses(soft.get(), other.get()).ifPresent(sentences::add);
        weakestSizes().ifPresent(sentences::add);
        return sentences;
    }

    private String softPromptsAgainst(CandidateResult soft, CandidateResult other) {
        String bestOther = "the best other candidate, " + other.name();
        if (tied(soft, other)) {
            return "The best soft prompt, " + soft.name() + ", ties with " + bestOther + ".";
        }
        boolean ahead = lead(soft, other) > 0;
        Verdict verdict = ahead ? verdict(soft, other) : verdict(other, soft);
        String distance = format().distance(lead(soft, other)) + (ahead ? " ahead of " : " behind ") + bestOther;
        return verdict == Verdict.SIGNIFICANT
                ? "Soft prompts " + (ahead ? "win" : "lose") + ": the best one, " + soft.name() + ", is " + distance
                        + "."
                : "The best soft prompt, " + soft.name() + ", is " + distance
                        + (verdict == Verdict.NOISE ? ", which is within noise." : ".");
    }

    private ScoreFormat format() {
        return leaderboard.format();
    }

    private double lead(CandidateResult better, CandidateResult worse) {
        return format().scale().lead(better.headline().mean(), worse.headline().mean());
    }

    /** Returns whether two scores are equal as displayed. */
    private boolean tied(CandidateResult one, CandidateResult other) {
        return format().text(Math.abs(lead(one, other))).equals(format().text(0));
    }

    private Optional<String> weakestClasses(CandidateResult soft, CandidateResult other) {
        List<String> deficits = classes.support().keySet().stream()
                .filter(name -> deficit(soft, other, name) > MIN_DEFICIT)
                .sorted(Comparator.comparingDouble(name -> -deficit(soft, other, name)))
                .limit(MAX_CLASSES)
                .map(name -> name + " (" + points(deficit(soft, other, name)) + ")")
                .toList();
        return deficits.isEmpty()
                ? Optional.empty()
                : Optional.of(soft.name() + " has the largest F1 deficits to " + other.name() + " on "
                        + Format.list(deficits) + ".");
    }

    private double deficit(CandidateResult soft, CandidateResult other, String name) {
        return classes.f1(other, name).mean() - classes.f1(soft, name).mean();
    }

    private Optional<String> weakestSizes() {
        List<String> deficits = leaderboard.comparison().trainingSizes().stream()
                .filter(size -> size < leaderboard.comparison().fullSize())
                .map(this::deficitAt)
                .flatMap(Optional::stream)
                .toList();
        return deficits.isEmpty()
                ? Optional.empty()
                : Optional.of("With less training data, the best soft prompt is behind the best other candidate "
                        + Format.list(deficits) + ".");
    }

    private Optional<String> deficitAt(int size) {
        List<CandidateResult> results = leaderboard.at(size);
        double deficit = format().scale().lead(best(results, false), best(results, true));
        return deficit > MIN_DEFICIT
                ? Optional.of("with " + Format.count(size) + " examples (" + format().distance(deficit) + ")")
                : Optional.empty();
    }

    private double best(List<CandidateResult> results, boolean softPrompts) {
        return format().best(results.stream()
                .filter(result -> result.softPrompt() == softPrompts)
                .mapToDouble(result -> result.headline().mean()));
    }

    private static String points(double difference) {
        return new ScoreFormat(MetricScale.SHARE).distance(difference);
    }
}
