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
 * What a contestant took for what, summed over seeds.
 *
 * @param standing the contestant
 * @param found the labels that were found, in columns, the longest cut
 * @param rows the labels that are right
 */
record ConfusionTable(CandidateResult standing, List<String> found, List<Row> rows) {

    /** What became of a label. */
    record Row(String gold, List<Count> counts) {}

    /**
     * How often.
     *
     * @param text the number; empty for none
     * @param shade name of a background: empty, or {@code right1} to {@code right5}, {@code wrong1} to {@code wrong5}
     */
    record Count(String text, String shade) {}

    private static final int LARGEST = 20;
    private static final int SHADES = 5;
    private static final int LONGEST_LABEL = 36;
    private static final String REST = "all others";

    /** Of each contestant, best first; where there are many labels, those that are confused most by all of them. */
    static List<ConfusionTable> of(Leaderboard standings) {
        List<TestItem> items = standings.result().items();
        List<String> labels = labels(standings, items);
        return standings.ranked().stream()
                .map(standing -> of(standing, items, labels))
                .toList();
    }

    private static List<String> labels(Leaderboard standings, List<TestItem> items) {
        Map<String, Integer> errors = new TreeMap<>();
        for (CandidateResult standing : standings.all()) {
            for (Cell cell : standing.cells()) {
                for (int i = 0; i < items.size(); i++) {
                    String gold = items.get(i).gold().get(0);
                    String found = cell.predictions().get(i).get(0);
                    int error = gold.equals(found) ? 0 : 1;
                    errors.merge(gold, error, Integer::sum);
                    errors.merge(found, error, Integer::sum);
                }
            }
        }
        if (errors.size() <= LARGEST) {
            return List.copyOf(errors.keySet());
        }
        Stream<String> worst = errors.keySet().stream()
                .sorted(Comparator.comparing(errors::get, Comparator.reverseOrder()))
                .limit(LARGEST - 1)
                .sorted();
        return Stream.concat(worst, Stream.of(REST)).toList();
    }

    private static ConfusionTable of(CandidateResult standing, List<TestItem> items, List<String> labels) {
        boolean whole = !labels.contains(REST);
        Map<String, Integer> places = new TreeMap<>();
        for (int i = 0; i < labels.size(); i++) {
            places.put(labels.get(i), i);
        }
        long[][] counts = new long[labels.size()][labels.size()];
        for (Cell cell : standing.cells()) {
            for (int i = 0; i < items.size(); i++) {
                int gold = places.getOrDefault(items.get(i).gold().get(0), labels.size() - 1);
                int found = places.getOrDefault(cell.predictions().get(i).get(0), labels.size() - 1);
                counts[gold][found]++;
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            long sum = Arrays.stream(counts[i]).sum();
            List<Count> row = new ArrayList<>();
            for (int j = 0; j < labels.size(); j++) {
                boolean mixed = !whole && i == j && i == labels.size() - 1;
                row.add(count(counts[i][j], sum, mixed ? "" : i == j ? "right" : "wrong"));
            }
            rows.add(new Row(Format.cut(labels.get(i), LONGEST_LABEL), row));
        }
        return new ConfusionTable(
                standing,
                labels.stream().map(label -> Format.cut(label, LONGEST_LABEL)).toList(),
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
