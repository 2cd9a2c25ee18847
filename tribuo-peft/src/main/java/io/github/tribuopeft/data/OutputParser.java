package io.github.tribuopeft.data;

import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.regression.Regressor;

/**
 * Parser of the cells of a label column. A cell is one name, except for two types of output whose cells are lists
 * separated by commas: the labels of a {@link MultiLabel}, which may be none, and the numbers of a {@link Regressor},
 * with or without names.
 *
 * @param <T> the output type
 */
final class OutputParser<T extends Output<T>> {

    private static final Map<Class<?>, UnaryOperator<String>> LISTS =
            Map.of(MultiLabel.class, OutputParser::labels, Regressor.class, OutputParser::numbers);

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
        return Whitespace.isBlank(cell) ? "" : each(cell, OutputParser::labelOfSet);
    }

    private static String labelOfSet(String element) {
        String label = name(element);
        int equals = label.indexOf('=');
        if (equals >= 0 && !label.substring(equals).matches("=(true|false)")) {
            throw new IllegalArgumentException(
                    "the label " + Quotes.of(label) + " contains '='; expected NAME, NAME=true or NAME=false");
        }
        return label;
    }

    private static String numbers(String cell) {
        return each(cell, OutputParser::number);
    }

    private static String each(String cell, UnaryOperator<String> normalization) {
        return Arrays.stream(cell.split(",", -1)).map(normalization).collect(Collectors.joining(","));
    }

    private static String number(String element) {
        int equals = element.indexOf('=');
        String name = equals < 0 ? "" : Whitespace.requireName("name of a number", element.substring(0, equals)) + "=";
        String number = Whitespace.requireName("label", element.substring(equals + 1));
        try {
            if (Double.isFinite(Double.parseDouble(number))) {
                return name + number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new IllegalArgumentException("the label " + Quotes.of(Whitespace.trim(element))
                + " is not a finite number; expected a number, or NAME=NUMBER, separated by commas");
    }
}
