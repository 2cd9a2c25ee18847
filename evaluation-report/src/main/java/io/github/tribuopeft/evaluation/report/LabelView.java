package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parts of reports on single-label classification. */
final class LabelView implements TaskView {

    private static final int SHOWN = 3;

    @Override
    public String classNoun() {
        return "label";
    }

    @Override
    public List<ErrorSamples.Segment> segments(TestItem item, List<String> output, List<String> other) {
        return List.of(ErrorSamples.Segment.plain(output.get(0)));
    }

    @Override
    public List<ConfusionTable> confusions(Leaderboard leaderboard) {
        return ConfusionTable.of(leaderboard);
    }

    @Override
    public List<Decision> decisions(
            List<String> gold, List<String> predicted, List<Map<String, Double>> probabilities) {
        return List.of(new Decision(probabilities.get(0).get(predicted.get(0)), correct(gold, predicted)));
    }

    @Override
    public double confidence(List<String> gold, List<String> predicted, List<Map<String, Double>> probabilities) {
        return probabilities.get(0).get(predicted.get(0));
    }

    /** Returns the probabilities of the most probable labels, and that of the gold label. */
    @Override
    public String note(TestItem item, List<String> predicted, List<Map<String, Double>> probabilities) {
        if (probabilities.isEmpty()) {
            return "";
        }
        Map<String, Double> labels = probabilities.get(0);
        Stream<String> likely = labels.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(SHOWN)
                .map(Map.Entry::getKey);
        return "Probabilities: "
                + Stream.concat(likely, item.gold().stream().filter(labels::containsKey))
                        .distinct()
                        .map(label -> label + " " + Format.percent(labels.get(label)) + "\u00a0%")
                        .collect(Collectors.joining(", "))
                + ".";
    }
}
