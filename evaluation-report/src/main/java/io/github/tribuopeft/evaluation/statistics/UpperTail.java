package io.github.tribuopeft.evaluation.statistics;

import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/**
 * Upper tail probabilities. In contrast to one minus a distribution function, they do not round values below 1e-16 to
 * 0.
 */
final class UpperTail {

    private UpperTail() {}

    static double chiSquare(double value, int degrees) {
        return Gamma.regularizedGammaQ(degrees / 2.0, value / 2);
    }

    static double f(double value, int degrees, int denominatorDegrees) {
        double share = denominatorDegrees / (denominatorDegrees + degrees * value);
        return Beta.regularizedBeta(share, denominatorDegrees / 2.0, degrees / 2.0);
    }
}
