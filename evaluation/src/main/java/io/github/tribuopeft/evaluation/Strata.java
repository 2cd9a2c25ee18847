package io.github.tribuopeft.evaluation;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceExample;

/**
 * What of an example a split shares out evenly. An example may count for several strata, and several times for one.
 *
 * @param name says in the provenance what was counted
 * @param counts how often each stratum occurs in an example, each number positive; no strata at all is fine
 * @param <X> the examples
 */
public record Strata<X>(String name, Function<X, Map<String, Integer>> counts) {

    /**
     * The entities of a tagged sequence, by type.
     *
     * @throws IllegalArgumentException when it is applied, if a label is no tag
     */
    public static Strata<SequenceExample<Label>> spans(SpanScheme reading) {
        return new Strata<>("spans, " + reading, sequence -> {
            List<String> tags = labels(sequence).toList();
            return count(reading.spans(tags).stream().map(Span::type));
        });
    }

    /** The labels of a sequence's tokens, for labels that are no entity tags, such as parts of speech. */
    public static Strata<SequenceExample<Label>> tokenLabels() {
        return new Strata<>("token labels", sequence -> count(labels(sequence)));
    }

    /** The label of an example. */
    public static Strata<Example<Label>> label() {
        return new Strata<>("label", example -> Map.of(example.getOutput().getLabel(), 1));
    }

    private static Stream<String> labels(SequenceExample<Label> sequence) {
        return StreamSupport.stream(sequence.spliterator(), false)
                .map(example -> example.getOutput().getLabel());
    }

    private static Map<String, Integer> count(Stream<String> strata) {
        return strata.collect(Collectors.toMap(stratum -> stratum, stratum -> 1, Integer::sum));
    }
}
