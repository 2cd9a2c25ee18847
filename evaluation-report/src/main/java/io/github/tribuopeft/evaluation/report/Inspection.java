package io.github.tribuopeft.evaluation.report;

import java.util.List;
import java.util.Map;

/**
 * Measurements of the virtual tokens of a text classifier.
 *
 * @param title the title of the page
 * @param accuracy accuracy of the unchanged model in [0, 1]
 * @param texts number of texts on which everything was measured
 * @param attention share of attention that virtual tokens receive, for all texts
 * @param classes the same for the texts of each label
 * @param changes headings of the columns of {@code parts}
 * @param parts accuracies after changes; the first part is all virtual tokens, the first change is their removal
 * @param header facts about the model and the data
 */
public record Inspection(
        String title,
        double accuracy,
        int texts,
        Attention attention,
        List<Attention> classes,
        List<String> changes,
        List<Part> parts,
        Map<String, String> header) {

    public Inspection {
        classes = List.copyOf(classes);
        changes = List.copyOf(changes);
        parts = List.copyOf(parts);
    }

    /**
     * Share of attention.
     *
     * @param name the texts
     * @param layers share in [0, 1] of each head of each layer
     */
    public record Attention(String name, List<List<Double>> layers) {

        /** Returns the mean over the heads of each layer. */
        List<Double> means() {
            return layers.stream()
                    .map(heads -> heads.stream()
                            .mapToDouble(Double::doubleValue)
                            .average()
                            .orElse(Double.NaN))
                    .toList();
        }
    }

    /**
     * Accuracies after changes of a part of the virtual tokens.
     *
     * @param name the part
     * @param accuracies accuracy in [0, 1] after each change
     */
    public record Part(String name, List<Double> accuracies) {}
}
