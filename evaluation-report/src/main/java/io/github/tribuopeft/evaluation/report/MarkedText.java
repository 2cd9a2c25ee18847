package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.report.Inspection.ExplainedText;
import io.github.tribuopeft.evaluation.report.Inspection.Token;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Text whose tokens are shaded by their contribution to the prediction.
 *
 * @param text the text with its contributions
 */
record MarkedText(ExplainedText text) {

    private static final int MAX_ROWS = 30;

    /** Part of the text; {@code shade} is the class of its background, empty without one. */
    public record Segment(String text, String shade, String tip) {}

    /** Returns the segments of the text in order. */
    public List<Segment> segments() {
        double largest = largest(Token::integratedGradients);
        List<Segment> segments = new ArrayList<>();
        int end = 0;
        for (Token token : text.tokens()) {
            if (token.begin() < end) {
                continue; // another token of the same characters
            }
            if (token.begin() > end) {
                segments.add(new Segment(text.text().substring(end, token.begin()), "", ""));
            }
            segments.add(new Segment(
                    token.name(),
                    contribution(token.integratedGradients(), largest).shade(),
                    "integrated gradients " + signed(token.integratedGradients()) + ", leave-one-out "
                            + signed(token.leaveOneOut())));
            end = token.end();
        }
        if (end < text.text().length()) {
            segments.add(new Segment(text.text().substring(end), "", ""));
        }
        return segments;
    }

    /** Returns both measures of the tokens with the largest contributions. */
    public ShadedTable table() {
        double byGradients = largest(Token::integratedGradients);
        double byLeavingOut = largest(Token::leaveOneOut);
        List<Token> all = Stream.concat(text.tokens().stream(), text.virtualTokens().stream())
                .sorted(Comparator.comparingDouble(token -> -Math.abs(token.integratedGradients())))
                .toList();
        return new ShadedTable(
                "Contributions to the logit, the largest first"
                        + (all.size() > MAX_ROWS ? "; the first " + MAX_ROWS + " of " + all.size() : ""),
                "token",
                List.of("integrated gradients", "leave-one-out"),
                all.stream()
                        .limit(MAX_ROWS)
                        .map(token -> new ShadedTable.Row(
                                token.end() == 0 ? "virtual " + token.name() : token.name(),
                                List.of(
                                        contribution(token.integratedGradients(), byGradients),
                                        contribution(token.leaveOneOut(), byLeavingOut))))
                        .toList());
    }

    private double largest(ToDoubleFunction<Token> value) {
        return Stream.concat(text.tokens().stream(), text.virtualTokens().stream())
                .mapToDouble(token -> Math.abs(value.applyAsDouble(token)))
                .max()
                .orElse(0);
    }

    private static ShadedTable.Cell contribution(double value, double largest) {
        return ShadedTable.Cell.difference(value, largest).withText(signed(value));
    }

    private static String signed(double value) {
        return (value > 0 ? "+" : "") + Format.decimals(value, 3);
    }
}
