package io.github.tribuopeft.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Corpus and scheme of {@code span-cases.json}, which {@code span_cases.py} writes. */
record SpanCases(String name, SpanScheme scheme, JsonNode corpus, JsonNode expected) {

    static Stream<SpanCases> all() throws IOException {
        try (InputStream in = SpanCases.class.getResourceAsStream("span-cases.json")) {
            List<SpanCases> cases = new ArrayList<>();
            for (JsonNode corpus : new ObjectMapper().readTree(in).get("corpora")) {
                for (Iterator<String> schemes = corpus.get("schemes").fieldNames(); schemes.hasNext(); ) {
                    String scheme = schemes.next();
                    cases.add(new SpanCases(
                            corpus.get("name").asText(),
                            SpanScheme.valueOf(scheme),
                            corpus,
                            corpus.get("schemes").get(scheme)));
                }
            }
            return cases.stream();
        }
    }

    /** Tag sequences of one side. */
    List<List<String>> tags(String side) {
        return strings(corpus.get(side)).map(line -> List.of(line.split(" "))).toList();
    }

    /** Spans of the sequences of one side. */
    List<List<Span>> spans(String side) {
        return strings(expected.get("spans").get(side))
                .map(line -> Arrays.stream(line.split(" "))
                        .filter(span -> !span.isEmpty())
                        .map(span -> span.split(":"))
                        .map(s -> new Span(s[0], Integer.parseInt(s[1]), Integer.parseInt(s[2])))
                        .toList())
                .toList();
    }

    static SpanCounts counts(JsonNode node) {
        JsonNode counts = node.get("counts");
        return new SpanCounts(
                counts.get(0).asInt(), counts.get(1).asInt(), counts.get(2).asInt());
    }

    private static Stream<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
    }

    @Override
    public String toString() {
        return name + ", " + scheme;
    }
}
