package io.github.tribuopeft.evaluation.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a comparison came to, in a few plain sentences that are made from its figures. */
final class Summary {

    private static final String PERCENT = "\u00a0%";
    private static final int CLASSES = 3;
    // a class or size on which less than this is lost is not worth a word
    private static final double WORTH_A_WORD = 0.005;

    private final Standings standings;
    private final List<SignificanceRow> significance;
    private final ClassScores classes;

    Summary(Standings standings, List<SignificanceRow> significance, ClassScores classes) {
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
            thrift().ifPresent(sentences::add);
            sentences.addAll(softPrompts());
        }
        return sentences;
    }

    private String winner() {
        Standing best = standings.best();
        String score = Show.percent(best.headline()) + PERCENT;
        String basis = "(" + (best.headline().n() > 1 ? "mean and standard deviation of " : "")
                + Show.plural(best.headline().n(), "seed") + ", "
                + Show.plural(standings.result().fullSize(), "training example") + ", "
                + Show.plural(standings.result().items().size(), "test item") + ")";
        if (standings.ranked().size() == 1) {
            return best.name() + " reaches " + standings.headline() + " " + score + " " + basis + ".";
        }
        Standing second = standings.ranked().get(1);
        String lead = points(best.headline().mean() - second.headline().mean());
        return lead.equals(points(0))
                ? best.name() + " and " + second.name() + " are level in front: " + standings.headline() + " " + score
                        + " " + basis + "."
                : best.name() + " is best: " + standings.headline() + " " + score + " " + basis + ", " + lead
                        + " ahead of " + second.name() + ".";
    }

    private List<String> noise() {
        Standing best = standings.best();
        List<String> beaten = new ArrayList<>();
        List<String> close = new ArrayList<>();
        boolean tested = significance.stream().anyMatch(row -> row.isAbout(best.name()));
        for (Standing other : standings.ranked().subList(1, standings.ranked().size())) {
            (apart(best, other) ? beaten : close).add(other.name());
        }
        List<String> sentences = new ArrayList<>();
        if (tested) {
            if (!beaten.isEmpty()) {
                sentences.add(
                        "The lead over " + Show.list(beaten) + " is significant (p < 0.05 after Holm's correction).");
            }
            if (!close.isEmpty()) {
                sentences.add("The difference to " + Show.list(close) + " is within noise: the tests cannot tell "
                        + (close.size() == 1 ? "the two" : "them") + " apart.");
            }
        } else if (!close.isEmpty() && best.headline().n() > 1) {
            sentences.add("No test was made, but the spread over seeds overlaps with " + Show.list(close)
                    + ": take that difference for noise.");
        }
        return sentences;
    }

    /** Whether a lead is more than noise: by the tests or, where none was made, by the spread over seeds. */
    private boolean apart(Standing better, Standing worse) {
        boolean tested = significance.stream().anyMatch(row -> row.isAbout(better.name()) && row.isAbout(worse.name()));
        return tested
                ? significance.stream().anyMatch(row -> row.finds(better.name(), worse.name()))
                : better.headline().low() > worse.headline().high();
    }

    /** The contestant that trains least among those that cannot be told from the best. */
    private Optional<String> thrift() {
        Standing best = standings.best();
        return standings.ranked().stream()
                .skip(1)
                .filter(other -> other.trainableValues() > 0 && other.trainableValues() < best.trainableValues())
                .filter(other -> !apart(best, other))
                .min(Comparator.comparingDouble(Standing::trainableValues))
                .map(other -> other.name() + " does as well, within noise, with " + Show.count(other.trainableValues())
                        + " trained values where " + best.name() + " has " + Show.count(best.trainableValues())
                        + ": " + Show.figure(100 * other.trainableValues() / best.trainableValues()) + PERCENT + ".");
    }

    private List<String> softPrompts() {
        Optional<Standing> soft = standings.bestSoftPrompt();
        Optional<Standing> other = standings.bestOther();
        if (soft.isEmpty() || other.isEmpty()) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        sentences.add(softAgainst(soft.get(), other.get()));
        lostClasses(soft.get(), other.get()).ifPresent(sentences::add);
        lostSizes().ifPresent(sentences::add);
        return sentences;
    }

    private String softAgainst(Standing soft, Standing other) {
        double lead = soft.headline().mean() - other.headline().mean();
        String best = "the best soft prompt, " + soft.name() + ", is ";
        if (lead >= 0) {
            return (apart(soft, other) ? "Soft prompts win: " + best : "Soft prompts keep up: " + best) + points(lead)
                    + " ahead of the best other contestant, " + other.name()
                    + (apart(soft, other) ? "." : ", which is within noise.");
        }
        return (apart(other, soft) ? "Soft prompts lose: " + best : "Soft prompts keep up: " + best) + points(-lead)
                + " behind the best other contestant, " + other.name()
                + (apart(other, soft) ? "." : ", which is within noise.");
    }

    private Optional<String> lostClasses(Standing soft, Standing other) {
        List<String> lost = classes.support().keySet().stream()
                .filter(name -> deficit(soft, other, name) > WORTH_A_WORD)
                .sorted(Comparator.comparingDouble(name -> -deficit(soft, other, name)))
                .limit(CLASSES)
                .map(name -> name + " (" + points(deficit(soft, other, name)) + ")")
                .toList();
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        soft.name() + " falls behind " + other.name() + " in F1 most on " + Show.list(lost) + ".");
    }

    private double deficit(Standing soft, Standing other, String name) {
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
                        + Show.list(lost) + ".");
    }

    private Optional<String> lostAt(int size) {
        List<Standing> there = standings.at(size);
        double behind = best(there, false) - best(there, true);
        return behind > WORTH_A_WORD
                ? Optional.of("with " + Show.count(size) + " examples (" + points(behind) + ")")
                : Optional.empty();
    }

    private static double best(List<Standing> standings, boolean softPrompts) {
        return standings.stream()
                .filter(standing -> standing.softPrompt() == softPrompts)
                .mapToDouble(standing -> standing.headline().mean())
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN);
    }

    private static String points(double difference) {
        String figure = Show.percent(difference);
        return figure + "\u00a0" + (figure.equals("1.0") ? "point" : "points");
    }
}
