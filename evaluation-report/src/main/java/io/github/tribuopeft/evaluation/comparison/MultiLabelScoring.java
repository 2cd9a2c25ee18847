package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.MacroF1;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scoring of predictions of several labels: micro-averaged F1, {@linkplain MacroF1 macro F1}, and the share of items
 * whose labels are all correct. Labels of an item are distinct and in alphabetical order.
 */
public record MultiLabelScoring() implements Scoring {

    @Override
    public String task() {
        return "multi-label";
    }

    @Override
    public String headline() {
        return "micro F1";
    }

    /** {@inheritDoc} Any number of labels fits. */
    @Override
    public boolean fits(List<String> gold, List<String> predicted) {
        return true;
    }

    @Override
    public double[] counts(List<String> gold, List<String> predicted) {
        return new double[] {predicted.stream().filter(gold::contains).count(), predicted.size(), gold.size()};
    }

    @Override
    public double headline(double[] totals) {
        return totals[1] + totals[2] == 0 ? 0 : 2 * totals[0] / (totals[1] + totals[2]);
    }

    @Override
    public Map<String, Double> metrics(List<TestItem> items, List<List<String>> predicted) {
        double exact = 0;
        for (int i = 0; i < items.size(); i++) {
            exact += items.get(i).gold().equals(predicted.get(i)) ? 1 : 0;
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(headline(), score(items, predicted));
        metrics.put(
                "macro F1",
                MacroF1.mean(
                        classes(items, predicted).stream().map(ClassScore::f1).toList()));
        metrics.put("exact match", exact / items.size());
        return metrics;
    }

    @Override
    public List<ClassScore> classes(List<TestItem> items, List<List<String>> predicted) {
        return LabelCounts.scores(items, predicted);
    }

    /** Returns the missing and the spurious labels, the most frequent first. */
    @Override
    public Map<String, Long> errorKinds(List<TestItem> items, List<List<String>> predicted) {
        Map<String, Long> kinds = new HashMap<>();
        for (int i = 0; i < items.size(); i++) {
            List<String> gold = items.get(i).gold();
            List<String> labels = predicted.get(i);
            gold.stream()
                    .filter(label -> !labels.contains(label))
                    .forEach(label -> kinds.merge(label + " missing", 1L, Long::sum));
            labels.stream()
                    .filter(label -> !gold.contains(label))
                    .forEach(label -> kinds.merge(label + " spurious", 1L, Long::sum));
        }
        return LabelCounts.sorted(kinds);
    }
}
