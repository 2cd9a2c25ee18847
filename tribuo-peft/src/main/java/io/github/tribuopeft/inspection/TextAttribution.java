package io.github.tribuopeft.inspection;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * Contributions of the tokens of a text and of the virtual tokens of a model to the logit of the predicted label.
 *
 * @param text the text
 * @param prediction the prediction
 * @param logit logit of the predicted label
 * @param baseline logit of the same label for the baseline of {@link PredictionExplainer}
 * @param points number of points of the quadrature of integrated gradients
 * @param tokens contributions of the tokens of the text, without special tokens
 * @param virtualTokens contributions of the virtual tokens; empty if the model has none
 */
public record TextAttribution(
        String text,
        Prediction<Label> prediction,
        double logit,
        double baseline,
        int points,
        List<Attribution> tokens,
        List<Attribution> virtualTokens) {

    public TextAttribution {
        tokens = List.copyOf(tokens);
        virtualTokens = List.copyOf(virtualTokens);
    }

    /** Returns the predicted label. */
    public String label() {
        return prediction.getOutput().getLabel();
    }

    /**
     * Returns the error of the quadrature: the sum of integrated gradients minus the difference of the logits, which is
     * 0 for an infinite number of points.
     */
    public double completenessError() {
        return Stream.concat(tokens.stream(), virtualTokens.stream())
                        .mapToDouble(Attribution::integratedGradients)
                        .sum()
                - (logit - baseline);
    }

    /**
     * Returns Spearman's correlation of integrated gradients and leave-one-out over the tokens of the text, in [-1, 1];
     * NaN for a text of one token.
     */
    public double tokenAgreement() {
        return agreement(tokens);
    }

    /** Returns Spearman's correlation over the virtual tokens, in [-1, 1]; NaN if there are fewer than two. */
    public double virtualTokenAgreement() {
        return agreement(virtualTokens);
    }

    private static double agreement(List<Attribution> attributions) {
        return RankCorrelation.of(
                values(attributions, Attribution::integratedGradients), values(attributions, Attribution::leaveOneOut));
    }

    private static double[] values(List<Attribution> attributions, ToDoubleFunction<Attribution> value) {
        return attributions.stream().mapToDouble(value).toArray();
    }
}
