package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.comparison.Scoring.ClassScore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Scores and error counts of predictions that are lists of labels. */
final class LabelCounts {

    private LabelCounts() {}

    /** Returns the scores of the labels that are gold or predicted, in alphabetical order. */
    static List<ClassScore> scores(List<TestItem> items, List<List<String>> predicted) {
        TreeSet<String> labels = new TreeSet<>();
        items.forEach(item -> labels.addAll(item.gold()));
        predicted.forEach(labels::addAll);
        return labels.stream().map(label -> score(label, items, predicted)).toList();
    }

    private static ClassScore score(String label, List<TestItem> items, List<List<String>> predicted) {
        long goldCount = 0;
        long predictedCount = 0;
        long correct = 0;
        for (int i = 0; i < items.size(); i++) {
            boolean isGold = items.get(i).gold().contains(label);
            boolean isPredicted = predicted.get(i).contains(label);
            goldCount += isGold ? 1 : 0;
            predictedCount += isPredicted ? 1 : 0;
            correct += isGold && isPredicted ? 1 : 0;
        }
        double precision = predictedCount == 0 ? 0 : (double) correct / predictedCount;
        double recall = goldCount == 0 ? 0 : (double) correct / goldCount;
        double f1 = goldCount + predictedCount == 0 ? 0 : 2.0 * correct / (goldCount + predictedCount);
        return new ClassScore(label, precision, recall, f1, goldCount);
    }

    /** Returns the counts by descending count and then by name. */
    static Map<String, Long> sorted(Map<String, Long> counts) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }
}
