package io.github.tribuopeft.evaluation;

import java.util.Collection;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluation;

/**
 * Macro-averaged F1 as scikit-learn defines it: the mean of the F1 of the labels that occur in the test data or in the predictions. A label that
 * only training has seen does not count. Tribuo's own {@link LabelEvaluation#macroAveragedF1()} counts it as 0. The F1 of a label that was never
 * found, or is never right, is 0.
 */
public final class MacroF1 {

    private MacroF1() {}

    /** The macro F1 of an evaluation. */
    public static double of(LabelEvaluation evaluation) {
        return mean(evaluation.getConfusionMatrix().getDomain().getDomain().stream()
                .filter(label -> occurs(evaluation, label))
                .map(evaluation::f1)
                .toList());
    }

    private static boolean occurs(LabelEvaluation evaluation, Label label) {
        return evaluation.tp(label) + evaluation.fn(label) + evaluation.fp(label) > 0;
    }

    /** The mean of the F1 of all labels that occur; 0 if none does. */
    public static double mean(Collection<Double> f1) {
        return f1.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
