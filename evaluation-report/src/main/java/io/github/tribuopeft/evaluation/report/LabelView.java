package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.TestItem;
import java.util.List;

/** Parts of reports on single-label classification. */
final class LabelView implements TaskView {

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
}
