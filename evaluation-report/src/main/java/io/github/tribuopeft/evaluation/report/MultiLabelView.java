package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.ErrorSamples.Segment;
import java.util.List;

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
}
