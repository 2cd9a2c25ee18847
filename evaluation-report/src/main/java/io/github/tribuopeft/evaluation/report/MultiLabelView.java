package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.ErrorSamples.Segment;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parts of reports on multi-label classification. */
final class MultiLabelView implements TaskView {

    @Override
    public String classNoun() {
        return "label";
    }

    @Override
    public boolean marked() {
        return true;
    }

    @Override
    public List<Segment> segments(TestItem item, List<String> output, List<String> other) {
        return output.isEmpty()
                ? List.of(Segment.plain("no label"))
                : output.stream()
                        .map(label -> Segment.marked(label, "", other.contains(label)))
                        .toList();
    }

    @Override
    public String decisions() {
        return "labels of the test items";
    }

    /** {@inheritDoc} Each label is a decision, whose outcome is whether it is gold. */
    @Override
    public List<Decision> decisions(
            List<String> gold, List<String> predicted, List<Map<String, Double>> probabilities) {
        return probabilities.get(0).entrySet().stream()
                .map(label -> new Decision(label.getValue(), gold.contains(label.getKey())))
                .toList();
    }

    @Override
    public double confidence(List<String> gold, List<String> predicted, List<Map<String, Double>> probabilities) {
        return wrong(gold, predicted)
                .mapToDouble(label -> {
                    double probability = probabilities.get(0).getOrDefault(label, 0.0);
                    return predicted.contains(label) ? probability : 1 - probability;
                })
                .max()
                .orElse(0);
    }

    /** Returns the probabilities of the wrong labels. */
    @Override
    public String note(TestItem item, List<String> predicted, List<Map<String, Double>> probabilities) {
        return probabilities.isEmpty()
                ? ""
                : "Probabilities: "
                        + wrong(item.gold(), predicted)
                                .map(label -> label + " "
                                        + Format.percent(probabilities.get(0).getOrDefault(label, 0.0))
                                        + "\u00a0%")
                                .collect(Collectors.joining(", "))
                        + ".";
    }

    private static Stream<String> wrong(List<String> gold, List<String> predicted) {
        return Stream.concat(
                gold.stream().filter(label -> !predicted.contains(label)),
                predicted.stream().filter(label -> !gold.contains(label)));
    }
}
