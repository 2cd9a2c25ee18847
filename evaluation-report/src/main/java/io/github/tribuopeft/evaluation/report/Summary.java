package io.github.tribuopeft.evaluation.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a comparison came to, in a few plain sentences that are made from its figures. */
final class Summary {

    private static final String PERCENT = "\u00a0%";
    private static final int CLASSES = 3;
    // a class or size on which less than this is lost is not worth a word
    private static final double WORTH_A_WORD = 0.005;

    private enum Verdict {
        APART,
        NOISE,
        UNKNOWN
    }

    private final Leaderboard standings;
    private final List<SignificanceRow> significance;
    private final ClassScores classes;

    Summary(Leaderboard standings, List<SignificanceRow> significance, ClassScores classes) {
        this.standings = standings;
        this.significance = significance;
        this.classes = classes;
    }

    /** The sentences, the most important first. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add(winner());
        if (standings.all().size() > 1) {
            sentences.addAll(noise());
            cheapestWithinNoise().ifPresent(sentences::add);
            sentences.addAll(softPrompts());
        }
        return sentences;
    }

    private String winner() {
        CandidateResult best = standings.best();
        String score = Format.percent(best.headline()) + PERCENT + " " + standings.headline();
        String basis = " (" + (best.headline().n() > 1 ? "mean and standard deviation of " : "")
                + Format.plural(best.headline().n(), "seed") + ", "
                + Format.plural(standings.result().fullSize(), "training example") + ", "
                + Format.plural(standings.result().items().size(), "test item") + ")";
        if (standings.ranked().size() == 1) {
            return best.name() + " reaches " + score + basis + ".";
        }
        CandidateResult second = standings.ranked().get(1);
        return level(best, second)
                ? best.name() + " and " + second.name() + " are level in front: " + score + basis + "."
                : best.name() + " is best: " + score + basis + ", " + points(lead(best, second)) + " ahead of "
                        + second.name() + ".";
    }

    private List<String> noise() {
        CandidateResult best = standings.best();
        Map<Verdict, List<String>> others = new EnumMap<>(Verdict.class);
        for (CandidateResult other :
                standings.ranked().subList(1, standings.ranked().size())) {
            if (!level(best, other)) {
                others.computeIfAbsent(verdict(best, other), verdict -> new ArrayList<>())
                        .add(other.name());
            }
        }
        String means = significance.isEmpty()
                ? " by the spread over seeds; no test was made."
                : " (p < 0.05 after Holm's correction).";
        List<String> sentences = new ArrayList<>();
        if (others.containsKey(Verdict.APART)) {
            sentences.add("The lead over " + Format.list(others.get(Verdict.APART)) + " is "
                    + (significance.isEmpty() ? "clear" : "significant") + means);
        }
        if (others.containsKey(Verdict.NOISE)) {
            sentences.add("The difference to " + Format.list(others.get(Verdict.NOISE)) + " is within noise"
                    + (significance.isEmpty() ? means : "."));
        }
        if (others.containsKey(Verdict.UNKNOWN)) {
            sentences.add("Whether the difference to " + Format.list(others.get(Verdict.UNKNOWN))
                    + " is more than noise is not known.");
        }
        return sentences;
    }

    /** What is known of a lead: by its test or, where no tests were made at all, by the spread over seeds. */
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
        boolean apart = significance.isEmpty()
                ? better.headline().low() > worse.headline().high()
                : tests.stream().anyMatch(row -> row.finds(better.name(), worse.name()));
        return apart ? Verdict.APART : Verdict.NOISE;
    }

    /** The contestant that trains least among those that cannot be told from the best. */
    private Optional<String> cheapestWithinNoise() {
        CandidateResult best = standings.best();
        return standings.ranked().stream()
                .skip(1)
                .filter(other -> other.trainableValues() > 0 && other.trainableValues() < best.trainableValues())
                .filter(other -> verdict(best, other) == Verdict.NOISE)
                .min(Comparator.comparingDouble(CandidateResult::trainableValues))
                .map(other -> other.name() + ", within noise of " + best.name() + ", trains "
                        + Format.count(other.trainableValues()) + " values instead of "
                        + Format.count(best.trainableValues()) + ": "
                        + Format.figure(100 * other.trainableValues() / best.trainableValues()) + PERCENT + ".");
    }

    private List<String> softPrompts() {
        Optional<CandidateResult> soft = standings.bestSoftPrompt();
        Optional<CandidateResult> other = standings.bestOther();
        if (soft.isEmpty() || other.isEmpty()) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        sentences.add(softAgainst(soft.get(), other.get()));
        lostClasses(soft.get(), other.get()).ifPresent(sentences::add);
        lostSizes().ifPresent(sentences::add);
        return sentences;
    }

    private String softAgainst(CandidateResult soft, CandidateResult other) {
        String rival = "the best other contestant, " + other.name();
        if (level(soft, other)) {
            return "The best soft prompt, " + soft.name() + ", is level with " + rival + ".";
        }
        boolean ahead = lead(soft, other) > 0;
        Verdict verdict = ahead ? verdict(soft, other) : verdict(other, soft);
        String distance = points(Math.abs(lead(soft, other))) + (ahead ? " ahead of " : " behind ") + rival;
        return verdict == Verdict.APART
                ? "Soft prompts " + (ahead ? "win" : "lose") + ": the best of them, " + soft.name() + ", is " + distance
                        + "."
                : "The best soft prompt, " + soft.name() + ", is " + distance
                        + (verdict == Verdict.NOISE ? ", which is within noise." : ".");
    }

    private static double lead(CandidateResult better, CandidateResult worse) {
        return better.headline().mean() - worse.headline().mean();
    }

    /** Whether two are the same as they are shown. */
    private static boolean level(CandidateResult one, CandidateResult other) {
        return Format.percent(Math.abs(lead(one, other))).equals(Format.percent(0));
    }

    private Optional<String> lostClasses(CandidateResult soft, CandidateResult other) {
        List<String> lost = classes.support().keySet().stream()
                .filter(name -> deficit(soft, other, name) > WORTH_A_WORD)
                .sorted(Comparator.comparingDouble(name -> -deficit(soft, other, name)))
                .limit(CLASSES)
                .map(name -> name + " (" + points(deficit(soft, other, name)) + ")")
                .toList();
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        soft.name() + " falls behind " + other.name() + " in F1 most on " + Format.list(lost) + ".");
    }

    private double deficit(CandidateResult soft, CandidateResult other, String name) {
        return classes.f1(other, name).mean() - classes.f1(soft, name).mean();
    }

    private Optional<String> lostSizes() {
        List<String> lost = standings.result().trainingSizes().stream()
                .filter(size -> size < standings.result().fullSize())
                .map(this::lostAt)
                .flatMap(Optional::stream)
                .toList();
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of("With less data the best soft prompt is behind the best other contestant "
                        + Format.list(lost) + ".");
    }

    private Optional<String> lostAt(int size) {
        List<CandidateResult> there = standings.at(size);
        double behind = best(there, false) - best(there, true);
        return behind > WORTH_A_WORD
                ? Optional.of("with " + Format.count(size) + " examples (" + points(behind) + ")")
                : Optional.empty();
    }

    private static double best(List<CandidateResult> standings, boolean softPrompts) {
        return standings.stream()
                .filter(standing -> standing.softPrompt() == softPrompts)
                .mapToDouble(standing -> standing.headline().mean())
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
    }

    private static String points(double difference) {
        String figure = Format.percent(difference);
        return figure + "\u00a0" + (figure.equals("1.0") ? "point" : "points");
    }
}
