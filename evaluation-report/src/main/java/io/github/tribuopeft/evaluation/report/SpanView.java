package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.ErrorSamples.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parts of reports on tagged words. */
final class SpanView implements TaskView {

    @Override
    public String classNoun() {
        return "entity type";
    }

    @Override
    public String supportNoun() {
        return "gold entities";
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

    @Override
    public String decisions() {
        return "predicted entities";
    }

    /** {@inheritDoc} Each predicted entity is a decision. Its probability is the product of those of its tags. */
    @Override
    public List<Decision> decisions(
            List<String> gold, List<String> predicted, List<Map<String, Double>> probabilities) {
        List<Span> goldSpans = SpanScheme.CONLLEVAL.spans(gold);
        return SpanScheme.CONLLEVAL.spans(predicted).stream()
                .map(span -> new Decision(probability(span, predicted, probabilities), goldSpans.contains(span)))
                .toList();
    }

    @Override
    public double confidence(List<String> gold, List<String> predicted, List<Map<String, Double>> probabilities) {
        return wrong(gold, predicted)
                .mapToDouble(span -> probability(span, predicted, probabilities))
                .max()
                .orElse(0);
    }

    /** Returns the probability of the predicted tags of each entity that is only gold or only predicted. */
    @Override
    public String note(TestItem item, List<String> predicted, List<Map<String, Double>> probabilities) {
        return probabilities.isEmpty()
                ? ""
                : "Probability of the predicted tags: "
                        + wrong(item.gold(), predicted)
                                .sorted(Comparator.comparingInt(Span::begin).thenComparingInt(Span::end))
                                .map(span -> "“" + String.join(" ", item.words().subList(span.begin(), span.end()))
                                        + "” " + Format.percent(probability(span, predicted, probabilities))
                                        + "\u00a0%")
                                .distinct()
                                .collect(Collectors.joining(", "))
                        + ".";
    }

    private static Stream<Span> wrong(List<String> gold, List<String> predicted) {
        List<Span> goldSpans = SpanScheme.CONLLEVAL.spans(gold);
        List<Span> predictedSpans = SpanScheme.CONLLEVAL.spans(predicted);
        return Stream.concat(
                predictedSpans.stream().filter(span -> !goldSpans.contains(span)),
                goldSpans.stream().filter(span -> !predictedSpans.contains(span)));
    }

    private static double probability(Span span, List<String> tags, List<Map<String, Double>> probabilities) {
        double probability = 1;
        for (int i = span.begin(); i < span.end(); i++) {
            probability *= probabilities.get(i).getOrDefault(tags.get(i), 0.0);
        }
        return probability;
    }
}
