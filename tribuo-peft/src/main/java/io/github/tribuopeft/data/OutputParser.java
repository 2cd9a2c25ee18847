package io.github.tribuopeft.data;

import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.multilabel.MultiLabel;

/**
 * Parser of the cells of a label column. A cell is one name, except for two types of output whose cells are lists separated by commas: the
 * labels of a {@link MultiLabel}, which may be none, and the numbers of a {@code Regressor}, with or without names.
 *
 * @param <T> the output type
 */
final class OutputParser<T extends Output<T>> {

    private static final Map<Class<?>, UnaryOperator<String>> LISTS = Map.of(MultiLabel.class, OutputParser::labels);

    private final OutputFactory<T> factory;
    private final UnaryOperator<String> normalization;

    OutputParser(OutputFactory<T> factory) {
        this.factory = factory;
        this.normalization = LISTS.getOrDefault(factory.getTypeWitness(), OutputParser::name);
    }

    /** Returns whether a cell may be blank. */
    boolean acceptsBlank() {
        return factory.getTypeWitness().equals(MultiLabel.class);
    }

    /**
     * Parses a cell.
     *
     * @throws IllegalArgumentException if the cell is not an output of this type; the message says why
     */
    T parse(String cell) {
        return factory.generateOutput(normalization.apply(cell));
    }

    private static String name(String cell) {
        return Whitespace.requireName("label", cell);
    }

    private static String labels(String cell) {
        return Whitespace.isBlank(cell) ? "" : each(cell, OutputParser::name);
    }

    private static String each(String cell, UnaryOperator<String> normalization) {
        return Arrays.stream(cell.split(",", -1)).map(normalization).collect(Collectors.joining(","));
    }
}
