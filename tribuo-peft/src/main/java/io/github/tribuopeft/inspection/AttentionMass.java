package io.github.tribuopeft.inspection;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Share of attention that virtual tokens receive from the texts of one label. The tokens of the text receive the rest.
 *
 * @param label the label
 * @param texts number of texts, at least 1
 * @param layers means over the texts for each head of each layer, in [0, 1]
 * @param tokens means over the texts and heads for each virtual token in each layer, in [0, 1]
 */
public record AttentionMass(String label, int texts, List<List<Double>> layers, List<List<Double>> tokens) {

    public AttentionMass {
        layers = layers.stream().map(List::copyOf).toList();
        tokens = tokens.stream().map(List::copyOf).toList();
    }

    /** Returns the mean over the heads of a layer. */
    public double mean(int layer) {
        return layers.get(layer).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    /**
     * Returns the mean over the texts of several labels.
     *
     * @param label label of the result
     * @param masses masses of the same model, at least one
     */
    public static AttentionMass mean(String label, List<AttentionMass> masses) {
        return new AttentionMass(
                label,
                masses.stream().mapToInt(AttentionMass::texts).sum(),
                mean(masses, AttentionMass::layers),
                mean(masses, AttentionMass::tokens));
    }

    private static List<List<Double>> mean(
            List<AttentionMass> masses, Function<AttentionMass, List<List<Double>>> shares) {
        int texts = masses.stream().mapToInt(AttentionMass::texts).sum();
        List<List<Double>> first = shares.apply(masses.get(0));
        return IntStream.range(0, first.size())
                .mapToObj(layer -> IntStream.range(0, first.get(layer).size())
                        .mapToObj(i -> masses.stream()
                                        .mapToDouble(mass -> mass.texts
                                                * shares.apply(mass).get(layer).get(i))
                                        .sum()
                                / texts)
                        .toList())
                .toList();
    }
}
