package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.MacroF1;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scoring of single-label predictions: accuracy and {@linkplain MacroF1 macro F1}. */
public record LabelScoring() implements Scoring {

    @Override
    public String task() {
        return "classification";
    }

    @Override
    public String headline() {
        return "accuracy";
    }

    @Override
    public double[] counts(List<String> gold, List<String> predicted) {
        return new double[] {gold.equals(predicted) ? 1 : 0, 1};
    }

    @Override
    public double headline(double[] totals) {
        return totals[1] == 0 ? 0 : totals[0] / totals[1];
    }

    @Override
    public Map<String, Double> metrics(List<TestItem> items, List<List<String>> predicted) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(headline(), score(items, predicted));
        metrics.put(
                "macro F1",
                MacroF1.mean(
                        classes(items, predicted).stream().map(ClassScore::f1).toList()));
        return metrics;
    }

    @Override
    public List<ClassScore> classes(List<TestItem> items, List<List<String>> predicted) {
        return LabelCounts.scores(items, predicted);
    }

    /** Returns the confusions of two labels, the most frequent first. */
    @Override
    public Map<String, Long> errorKinds(List<TestItem> items, List<List<String>> predicted) {
        Map<String, Long> confusions = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            String gold = items.get(i).gold().get(0);
            String label = predicted.get(i).get(0);
            if (!gold.equals(label)) {
                confusions.merge(gold + " predicted as " + label, 1L, Long::sum);
            }
        }
        return LabelCounts.sorted(confusions);
    }
}
