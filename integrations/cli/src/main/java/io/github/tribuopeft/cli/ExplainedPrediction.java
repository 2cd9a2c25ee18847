package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.report.Inspection;
import io.github.tribuopeft.inspection.Attribution;
import io.github.tribuopeft.inspection.TextAttribution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Explanation of a prediction for the terminal and for the report.
 *
 * @param attribution the contributions of the tokens
 */
record ExplainedPrediction(TextAttribution attribution) {

    /** Returns the prediction in words. */
    private String result() {
        return String.format(
                Locale.ROOT,
                "%s with probability %.3f",
                attribution.label(),
                attribution
                        .prediction()
                        .getOutputScores()
                        .get(attribution.label())
                        .getScore());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add(String.format(
                Locale.ROOT,
                "Logit %.3f, that of the baseline %.3f. Integrated gradients with %d points sum to the difference up to"
                        + " %.0e.",
                attribution.logit(),
                attribution.baseline(),
                attribution.points(),
                Math.abs(attribution.completenessError())));
        notes.add("Rank correlation of the two measures: " + correlation(attribution.tokenAgreement())
                + " over the tokens of the text"
                + (attribution.virtualTokens().isEmpty()
                        ? "."
                        : ", " + correlation(attribution.virtualTokenAgreement()) + " over the virtual tokens."));
        return notes;
    }

    private static String correlation(double value) {
        return Double.isNaN(value) ? "undefined" : String.format(Locale.ROOT, "%.2f", value);
    }

    /** Returns the lines for the terminal, with the tokens of the largest contributions. */
    String lines(int rows) {
        StringBuilder lines = new StringBuilder(attribution.text() + "\n" + result() + "\n");
        notes().forEach(note -> lines.append(note).append('\n'));
        lines.append("  gradients  leave-one-out  token\n");
        Stream.concat(attribution.tokens().stream(), attribution.virtualTokens().stream())
                .sorted(Comparator.comparingDouble(part -> -Math.abs(part.integratedGradients())))
                .limit(rows)
                .forEach(part -> lines.append(String.format(
                        Locale.ROOT,
                        "  %+9.3f  %+13.3f  %s%n",
                        part.integratedGradients(),
                        part.leaveOneOut(),
                        name(part))));
        return lines.toString();
    }

    private static String name(Attribution part) {
        return part.end() == 0 ? "virtual " + part.name() : part.name().strip();
    }

    /** Returns the explanation as a part of the report. */
    Inspection.ExplainedText inReport() {
        return new Inspection.ExplainedText(
                attribution.text(),
                result(),
                notes(),
                tokens(attribution.tokens()),
                tokens(attribution.virtualTokens()));
    }

    private static List<Inspection.Token> tokens(List<Attribution> parts) {
        return parts.stream()
                .map(part -> new Inspection.Token(
                        part.name(), part.begin(), part.end(), part.integratedGradients(), part.leaveOneOut()))
                .toList();
    }
}
