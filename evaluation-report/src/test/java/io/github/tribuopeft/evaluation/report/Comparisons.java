package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.LabelScoring;
import io.github.tribuopeft.evaluation.comparison.MultiLabelScoring;
import io.github.tribuopeft.evaluation.comparison.RegressionScoring;
import io.github.tribuopeft.evaluation.comparison.Scoring;
import io.github.tribuopeft.evaluation.comparison.SpanScoring;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Generated comparisons: candidates of known strength whose predictions are random. */
final class Comparisons {

    /**
     * Strength of a candidate.
     *
     * @param correct share of correct predictions with all training data
     * @param values number of trained values; -1 if unknown
     */
    record Strength(String name, String kind, double correct, long values) {}

    static final List<Strength> SEVEN = List.of(
            new Strength("prompt tuning", "soft prompt", 0.84, 9_986),
            new Strength("prefix tuning", "soft prompt", 0.918, 83_714),
            new Strength("LoRA", "weights", 0.925, 150_402),
            new Strength("BitFit", "weights", 0.90, 26_882),
            new Strength("head only", "head", 0.76, 2_306),
            new Strength("fine-tuning", "weights", 0.935, 22_713_986),
            new Strength("linear model on words", "no backbone", 0.80, -1));

    private static final List<String> WORDS = List.of(
            "please", "book", "the", "late", "train", "to", "Oslo", "for", "Ada", "and", "Grace", "from", "Acme", "on",
            "Monday", "before", "noon", "if", "there", "is", "one");

    private Comparisons() {}

    /** Requests with a number of labels. */
    static ComparisonResult labels(List<Strength> strengths, int labels, int items, int seeds, List<Integer> sizes) {
        Random random = new Random(1);
        List<String> names = names(labels);
        List<TestItem> tests = IntStream.range(0, items)
                .mapToObj(i -> new TestItem(
                        List.of(String.join(" ", words(random, 6 + random.nextInt(9)))),
                        List.of(names.get(random.nextInt(labels)))))
                .toList();
        return result(
                "Request intents: soft prompts and other methods",
                new LabelScoring(),
                strengths,
                tests,
                seeds,
                sizes,
                item -> {
                    int near = (names.indexOf(item.gold().get(0)) + 1) % labels;
                    return List.of(names.get(random.nextBoolean() ? near : random.nextInt(labels)));
                });
    }

    /** Sentences with persons, places and organizations. */
    static ComparisonResult spans(List<Strength> strengths, int items, int seeds, List<Integer> sizes) {
        Random random = new Random(2);
        List<TestItem> tests = IntStream.range(0, items)
                .mapToObj(i -> {
                    List<String> words = words(random, 8 + random.nextInt(14));
                    return new TestItem(words, tags(random, words.size()));
                })
                .toList();
        return result(
                "Names in letters: soft prompts and other methods",
                new SpanScoring(),
                strengths,
                tests,
                seeds,
                sizes,
                item -> tags(random, item.words().size()));
    }

    /** Texts with any number of labels. */
    static ComparisonResult multiLabels(List<Strength> strengths, int items, int seeds, List<Integer> sizes) {
        Random random = new Random(4);
        List<String> names = names(6);
        List<TestItem> tests = IntStream.range(0, items)
                .mapToObj(i -> new TestItem(
                        List.of(String.join(" ", words(random, 6 + random.nextInt(9)))), someOf(names, random)))
                .toList();
        return result(
                "Topics of messages",
                new MultiLabelScoring(),
                strengths,
                tests,
                seeds,
                sizes,
                item -> someOf(names, random));
    }

    private static List<String> someOf(List<String> names, Random random) {
        return names.stream().filter(name -> random.nextInt(4) == 0).toList();
    }

    /** Ratings with two dimensions. */
    static ComparisonResult numbers(List<Strength> strengths, int items, int seeds, List<Integer> sizes) {
        Random random = new Random(5);
        List<TestItem> tests = IntStream.range(0, items)
                .mapToObj(i -> new TestItem(
                        List.of(String.join(" ", words(random, 6 + random.nextInt(9)))),
                        List.of("length=" + 100 * random.nextDouble(), "valence=" + random.nextGaussian())))
                .toList();
        return result(
                "Ratings of messages",
                new RegressionScoring(),
                strengths,
                tests,
                seeds,
                sizes,
                item -> item.gold().stream()
                        .map(RegressionScoring.Dimension::parse)
                        .map(gold -> gold.name() + "="
                                + (gold.value() + (gold.name().equals("length") ? 20 : 1) * random.nextGaussian()))
                        .toList());
    }

    private static ComparisonResult result(
            String title,
            Scoring scoring,
            List<Strength> strengths,
            List<TestItem> tests,
            int seeds,
            List<Integer> sizes,
            Function<TestItem, List<String>> guess) {
        Random random = new Random(3);
        List<Cell> cells = new ArrayList<>();
        List<Long> seedNumbers = LongStream.rangeClosed(1, seeds).boxed().toList();
        for (Strength strength : strengths) {
            for (int size : sizes) {
                for (long seed : seedNumbers) {
                    double share = (double) size / sizes.get(sizes.size() - 1);
                    double correct = strength.correct() - 0.12 * -Math.log10(share) + 0.01 * random.nextGaussian();
                    List<List<String>> predicted = tests.stream()
                            .map(item -> random.nextDouble() < correct ? item.gold() : guess.apply(item))
                            .toList();
                    cells.add(new Cell(
                            new Cell.Key(strength.name(), seed, size),
                            "0".repeat(64),
                            scoring.metrics(tests, predicted),
                            costs(strength, size, random),
                            epochs(strength, correct, random),
                            predicted));
                }
            }
        }
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put(
                "command",
                "./peft compare --task " + scoring.task()
                        + " --train train.tsv --test test.tsv \\\n  --seeds 1,2,3 --sizes 100,400,1600");
        provenance.put("backbone", "all-MiniLM-L6-v2, SHA-256 " + "5e".repeat(32));
        provenance.put("machine", "2 cores, 8 GB, Linux");
        provenance.put("finished", "2025-01-01T12:00:00Z");
        return new ComparisonResult(
                title,
                scoring,
                strengths.stream()
                        .map(s -> new Candidate(s.name(), s.kind(), "learning rate 0.001, 12 epochs, batches of 16"))
                        .toList(),
                seedNumbers,
                sizes,
                tests,
                cells,
                provenance);
    }

    private static Cell.Costs costs(Strength strength, int size, Random random) {
        boolean baseline = strength.values() < 0;
        return new Cell.Costs(
                strength.values(),
                baseline ? -1 : strength.values(),
                baseline ? 48_000 : 4 * strength.values() + 2_100,
                baseline
                        ? 0.4
                        : 0.02 * size * (1 + random.nextDouble() / 10) * (strength.values() > 1_000_000 ? 2.5 : 1),
                baseline ? 0.011 : 0.9 + random.nextDouble() / 5,
                baseline ? -1 : 410_000_000L + 16 * strength.values());
    }

    private static List<Cell.Epoch> epochs(Strength strength, double correct, Random random) {
        if (strength.values() < 0) {
            return List.of();
        }
        double[] scores = IntStream.rangeClosed(1, 12)
                .mapToDouble(i -> correct * (1 - Math.exp(-i / 2.5)) + 0.008 * random.nextGaussian())
                .toArray();
        int best = IntStream.range(0, 12)
                .reduce((one, other) -> scores[one] >= scores[other] ? one : other)
                .getAsInt();
        return IntStream.range(0, 12)
                .mapToObj(i -> new Cell.Epoch(i + 1, 3.2, 2.0 / (i + 1), scores[i], i == best))
                .toList();
    }

    private static List<String> names(int labels) {
        List<String> six = List.of("book_ticket", "cancel", "change_seat", "complaint", "lost_property", "timetable");
        return labels <= six.size()
                ? six.subList(0, labels)
                : IntStream.rangeClosed(1, labels)
                        .mapToObj(i -> "intent_number_" + i)
                        .toList();
    }

    private static List<String> words(Random random, int length) {
        return IntStream.range(0, length)
                .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())))
                .toList();
    }

    private static List<String> tags(Random random, int length) {
        List<String> tags = new ArrayList<>();
        while (tags.size() < length) {
            if (random.nextInt(5) > 0) {
                tags.add("O");
            } else {
                String type = List.of("LOC", "ORG", "PER").get(random.nextInt(3));
                tags.add("B-" + type);
                if (random.nextBoolean() && tags.size() < length) {
                    tags.add("I-" + type);
                }
            }
        }
        return tags;
    }

    /** Two methods with every combination of some settings. */
    static ComparisonResult sweep(Map<String, List<String>> settings) {
        List<Map<String, String>> combinations = List.of(Map.of());
        for (Map.Entry<String, List<String>> setting : settings.entrySet()) {
            combinations = combinations.stream()
                    .flatMap(earlier -> setting.getValue().stream().map(value -> {
                        Map<String, String> more = new LinkedHashMap<>(earlier);
                        more.put(setting.getKey(), value);
                        return more;
                    }))
                    .toList();
        }
        List<Candidate> candidates = new ArrayList<>();
        List<Strength> strengths = new ArrayList<>();
        for (String method : List.of("prefix-tuning", "lora")) {
            for (Map<String, String> swept : combinations) {
                Candidate candidate = Candidate.ofSweep(method, "weights", "", swept);
                candidates.add(candidate);
                strengths.add(new Strength(candidate.name(), "weights", 0.6 + 0.02 * strengths.size(), 1000));
            }
        }
        ComparisonResult plain = labels(strengths, 6, 60, 2, List.of(100));
        return new ComparisonResult(
                plain.title(),
                plain.scoring(),
                candidates,
                plain.seeds(),
                plain.trainingSizes(),
                plain.items(),
                plain.cells(),
                plain.provenance());
    }

    /** Returns the comparison with changed cells. */
    static ComparisonResult with(ComparisonResult result, UnaryOperator<Cell> change) {
        return new ComparisonResult(
                result.title(),
                result.scoring(),
                result.candidates(),
                result.seeds(),
                result.trainingSizes(),
                result.items(),
                result.cells().stream().map(change).toList(),
                result.provenance());
    }
}
