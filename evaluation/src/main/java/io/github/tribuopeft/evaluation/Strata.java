package io.github.tribuopeft.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceExample;

/**
 * Property that a stratified split distributes evenly. An example can belong to several strata, and several times to
 * the same stratum.
 *
 * @param name name of the property, recorded in the provenance
 * @param counts returns the number of occurrences of each stratum in an example; all numbers are positive, and the map
 *     may be empty
 * @param <X> example type
 */
public record Strata<X>(String name, Function<X, Map<String, Integer>> counts) {

    /**
     * Entities of a tagged sequence, by type. The counts throw an {@code IllegalArgumentException} for a label that is
     * not a tag of the scheme.
     */
    public static Strata<SequenceExample<Label>> spans(SpanScheme scheme) {
        return new Strata<>("spans, " + scheme, sequence -> {
            List<String> tags = labels(sequence).toList();
            return count(scheme.spans(tags).stream().map(Span::type));
        });
    }

    /** Returns the strata of examples with a name; empty if this class has no strata with the name. */
    static Optional<Strata<Example<Label>>> ofExamples(String name) {
        return Stream.of(label()).filter(strata -> strata.name().equals(name)).findFirst();
    }

    /** Returns the strata of sequences with a name; empty if this class has no strata with the name. */
    static Optional<Strata<SequenceExample<Label>>> ofSequences(String name) {
        return Stream.concat(
                        Stream.of(tokenLabels()),
                        Arrays.stream(SpanScheme.values()).map(Strata::spans))
                .filter(strata -> strata.name().equals(name))
                .findFirst();
    }

    /** Labels of the tokens of a sequence, for labels that are not entity tags, such as parts of speech. */
    public static Strata<SequenceExample<Label>> tokenLabels() {
        return new Strata<>("token labels", sequence -> count(labels(sequence)));
    }

    /** Label of an example. */
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
