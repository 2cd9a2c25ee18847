package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Confusion matrix of a candidate, summed over seeds.
 *
 * @param result results of the candidate
 * @param predicted predicted labels, one for each column; long ones are shortened
 * @param rows rows, one for each gold label
 */
record ConfusionTable(CandidateResult result, List<String> predicted, List<Row> rows) {

    private static final int CELL = 40; // pixels

    /** Returns whether the matrix is probably wider than the screen of a phone. */
    public boolean wide() {
        int longest = rows.stream().mapToInt(row -> row.gold().length()).max().orElse(0);
        return Table.wideMatrix(longest, predicted.size(), CELL);
    }

    /** Predictions for a gold label. */
    record Row(String gold, List<Count> counts) {}

    /**
     * Number of predictions.
     *
     * @param text formatted number; empty for 0
     * @param shade background class: empty, {@code correct1} to {@code correct5} or {@code wrong1} to {@code wrong5}
     */
    record Count(String text, String shade) {}

    private static final int MAX_LABELS = 20;
    private static final int SHADES = 5;
    private static final int MAX_LABEL_LENGTH = 80;
    private static final String OTHERS = "all others";

    /**
     * Returns the matrix of each candidate, the best first. If there are many labels, all matrices show those with the
     * most errors over all candidates.
     */
    static List<ConfusionTable> of(Leaderboard leaderboard) {
        List<TestItem> items = leaderboard.comparison().items();
        List<String> labels = labels(leaderboard, items);
        return leaderboard.ranked().stream()
                .map(result -> of(result, items, labels))
                .toList();
    }

    private static List<String> labels(Leaderboard leaderboard, List<TestItem> items) {
        Map<String, Integer> errors = new TreeMap<>();
        for (CandidateResult result : leaderboard.all()) {
            for (Cell cell : result.cells()) {
                for (int i = 0; i < items.size(); i++) {
                    String gold = items.get(i).gold().get(0);
                    String predicted = cell.predictions().get(i).get(0);
                    int error = gold.equals(predicted) ? 0 : 1;
                    errors.merge(gold, error, Integer::sum);
                    errors.merge(predicted, error, Integer::sum);
                }
            }
        }
        if (errors.size() <= MAX_LABELS) {
            return List.copyOf(errors.keySet());
        }
        Stream<String> worst = errors.keySet().stream()
                .sorted(Comparator.comparing(errors::get, Comparator.reverseOrder()))
                .limit(MAX_LABELS - 1)
                .sorted();
        return Stream.concat(worst, Stream.of(OTHERS)).toList();
    }

    private static ConfusionTable of(CandidateResult result, List<TestItem> items, List<String> labels) {
        boolean allLabels = !labels.contains(OTHERS);
        Map<String, Integer> indices = new TreeMap<>();
        for (int i = 0; i < labels.size(); i++) {
            indices.put(labels.get(i), i);
        }
        long[][] counts = new long[labels.size()][labels.size()];
        for (Cell cell : result.cells()) {
            for (int i = 0; i < items.size(); i++) {
                int gold = indices.getOrDefault(items.get(i).gold().get(0), labels.size() - 1);
                int predicted = indices.getOrDefault(cell.predictions().get(i).get(0), labels.size() - 1);
                counts[gold][predicted]++;
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            long sum = Arrays.stream(counts[i]).sum();
            List<Count> row = new ArrayList<>();
            for (int j = 0; j < labels.size(); j++) {
                boolean mixed = !allLabels && i == j && i == labels.size() - 1;
                row.add(count(counts[i][j], sum, mixed ? "" : i == j ? "correct" : "wrong"));
            }
            rows.add(new Row(Format.shorten(labels.get(i), MAX_LABEL_LENGTH), row));
        }
        return new ConfusionTable(
                result,
                labels.stream()
                        .map(label -> Format.shorten(label, MAX_LABEL_LENGTH))
                        .toList(),
                rows);
    }

    private static Count count(long count, long sum, String kind) {
        if (count == 0) {
            return new Count("", "");
        }
        long shade = Math.max(1, Math.round((double) SHADES * count / sum));
        return new Count(Format.count(count), kind.isEmpty() ? "" : kind + shade);
    }
}
