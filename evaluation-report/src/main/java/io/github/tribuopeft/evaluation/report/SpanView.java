package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.ErrorSamples.Segment;
import java.util.ArrayList;
import java.util.List;

/** Parts of reports on tagged words. */
final class SpanView implements TaskView {

    @Override
    public String classNoun() {
        return "entity type";
    }

    @Override
    public boolean correct(List<String> gold, List<String> predicted) {
        return SpanScheme.CONLLEVAL.spans(predicted).equals(SpanScheme.CONLLEVAL.spans(gold));
    }

    @Override
    public boolean inText() {
        return true;
    }

    /** Returns the text with its spans. */
    @Override
    public List<Segment> segments(TestItem item, List<String> output, List<String> other) {
        List<String> words = item.words();
        List<Span> otherSpans = SpanScheme.CONLLEVAL.spans(other);
        List<Segment> segments = new ArrayList<>();
        int next = 0;
        for (Span span : SpanScheme.CONLLEVAL.spans(output)) {
            addText(segments, words.subList(next, span.begin()));
            segments.add(Segment.marked(
                    String.join(" ", words.subList(span.begin(), span.end())), span.type(), otherSpans.contains(span)));
            next = span.end();
        }
        addText(segments, words.subList(next, words.size()));
        return segments;
    }

    private static void addText(List<Segment> segments, List<String> words) {
        if (!words.isEmpty()) {
            segments.add(Segment.plain(String.join(" ", words)));
        }
    }
}
