package io.github.tribuopeft.evaluation.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of the virtual tokens of a text classifier.
 *
 * @param title the title of the page
 * @param header facts about the model and the data
 * @param use measurements on labeled texts
 * @param rows nearest words of the rows of a prompt
 * @param texts texts with the contributions of their tokens
 */
public record Inspection(
        String title,
        Map<String, String> header,
        Optional<Use> use,
        Optional<RowWords> rows,
        List<ExplainedText> texts) {

    public Inspection {
        texts = List.copyOf(texts);
    }

    /**
     * Attention on virtual tokens, and the accuracy without them.
     *
     * @param accuracy accuracy of the unchanged model in [0, 1]
     * @param texts number of texts on which everything was measured
     * @param attention share of attention that virtual tokens receive, for all texts
     * @param classes the same for the texts of each label
     * @param changes headings of the columns of {@code parts}
     * @param parts accuracies after changes; the first part is all virtual tokens, the first change is their removal
     */
    public record Use(
            double accuracy,
            int texts,
            Attention attention,
            List<Attention> classes,
            List<String> changes,
            List<Part> parts) {

        public Use {
            classes = List.copyOf(classes);
            changes = List.copyOf(changes);
            parts = List.copyOf(parts);
        }
    }

    /**
     * Share of attention.
     *
     * @param name the texts
     * @param layers share in [0, 1] of all virtual tokens for each head of each layer
     * @param tokens share in [0, 1] of each virtual token in each layer
     */
    public record Attention(String name, List<List<Double>> layers, List<List<Double>> tokens) {

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

    /**
     * Nearest vocabulary words of the rows of a prompt.
     *
     * @param scale RMS of the word embeddings of the backbone
     * @param rows the rows
     * @param control as many random rows of the same norms
     * @param stability sentence on the agreement with other models; may be empty
     */
    public record RowWords(double scale, List<Row> rows, List<Row> control, String stability) {

        public RowWords {
            rows = List.copyOf(rows);
            control = List.copyOf(control);
        }
    }

    /**
     * Nearest words of a row.
     *
     * @param name the row
     * @param rms root mean square of its values
     * @param words words in the order of their cosine similarity, the nearest first
     * @param cosine cosine similarity of the nearest word in [-1, 1]
     */
    public record Row(String name, double rms, List<String> words, double cosine) {}

    /**
     * Text with the contributions of its tokens to the logit of the predicted label.
     *
     * @param text the text
     * @param result the prediction in words
     * @param notes sentences on the measures
     * @param tokens the tokens of the text
     * @param virtualTokens the virtual tokens; may be empty
     */
    public record ExplainedText(
            String text, String result, List<String> notes, List<Token> tokens, List<Token> virtualTokens) {

        public ExplainedText {
            notes = List.copyOf(notes);
            tokens = List.copyOf(tokens);
            virtualTokens = List.copyOf(virtualTokens);
        }
    }

    /**
     * Contribution of a token.
     *
     * @param name characters of the token, or name of the virtual token
     * @param begin index of the first character in the text
     * @param end index after the last character
     * @param integratedGradients contribution by integrated gradients
     * @param leaveOneOut decrease of the logit without the token
     */
    public record Token(String name, int begin, int end, double integratedGradients, double leaveOneOut) {}
}
