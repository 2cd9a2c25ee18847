package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.MacroF1;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Scores one label for an item: by accuracy, and by {@linkplain MacroF1 macro F1}. */
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
    public boolean oneAnswerPerItem() {
        return true;
    }

    @Override
    public double[] counts(List<String> gold, List<String> found) {
        return new double[] {gold.equals(found) ? 1 : 0, 1};
    }

    @Override
    public double headline(double[] totals) {
        return totals[1] == 0 ? 0 : totals[0] / totals[1];
    }

    @Override
    public Map<String, Double> metrics(List<TestItem> items, List<List<String>> found) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(headline(), score(items, found));
        metrics.put(
                "macro F1",
                MacroF1.mean(classes(items, found).stream().map(ClassScore::f1).toList()));
        return metrics;
    }

    @Override
    public List<ClassScore> classes(List<TestItem> items, List<List<String>> found) {
        TreeSet<String> labels = new TreeSet<>();
        items.forEach(item -> labels.addAll(item.gold()));
        found.forEach(labels::addAll);
        return labels.stream().map(label -> score(label, items, found)).toList();
    }

    private static ClassScore score(String label, List<TestItem> items, List<List<String>> found) {
        long gold = 0;
        long predicted = 0;
        long right = 0;
        for (int i = 0; i < items.size(); i++) {
            boolean is = items.get(i).gold().contains(label);
            boolean said = found.get(i).contains(label);
            gold += is ? 1 : 0;
            predicted += said ? 1 : 0;
            right += is && said ? 1 : 0;
        }
        double precision = predicted == 0 ? 0 : (double) right / predicted;
        double recall = gold == 0 ? 0 : (double) right / gold;
        double f1 = gold + predicted == 0 ? 0 : 2.0 * right / (gold + predicted);
        return new ClassScore(label, precision, recall, f1, gold);
    }

    /** The commonest confusions. */
    @Override
    public Map<String, Long> errorKinds(List<TestItem> items, List<List<String>> found) {
        Map<String, Long> confusions = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            String gold = items.get(i).gold().get(0);
            String said = found.get(i).get(0);
            if (!gold.equals(said)) {
                confusions.merge(gold + " taken for " + said, 1L, Long::sum);
            }
        }
        Map<String, Long> sorted = new LinkedHashMap<>();
        confusions.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }
}
