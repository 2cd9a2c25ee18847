package io.github.tribuopeft.evaluation;

import java.util.Collection;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluation;

/**
 * Macro-averaged F1 as defined by scikit-learn: the mean F1 of the labels that occur in the test data or in the
 * predictions. Labels that occur in the training data only are excluded; Tribuo's
 * {@link LabelEvaluation#macroAveragedF1()} includes them with an F1 of 0. The F1 of a label without a correct
 * prediction is 0.
 */
public final class MacroF1 {

    private MacroF1() {}

    /** Returns the macro F1 of an evaluation. */
    public static double of(LabelEvaluation evaluation) {
        return mean(evaluation.getConfusionMatrix().getDomain().getDomain().stream()
                .filter(label -> occurs(evaluation, label))
                .map(evaluation::f1)
                .toList());
    }

    private static boolean occurs(LabelEvaluation evaluation, Label label) {
        return evaluation.tp(label) + evaluation.fn(label) + evaluation.fp(label) > 0;
    }

    /** Returns the mean of F1 values, or 0 if there are none. */
    public static double mean(Collection<Double> f1) {
        return f1.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
