package io.github.tribuopeft.evaluation.statistics;

import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Distribution of the range of k independent standard normal values, the studentized range with infinite degrees of
 * freedom. Commons Math does not contain it.
 *
 * @param k number of values, at least 2
 */
record StudentizedRange(int k) {

    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);
    /** Integrates over 9 standard deviations, which leaves out less than 1e-18. */
    private static final GaussIntegrator INTEGRATOR = new GaussIntegratorFactory().legendre(100, -9, 9);

    /** Returns the probability that the range is at most {@code range}, by integration over the largest value. */
    double cumulative(double range) {
        return INTEGRATOR.integrate(largest -> {
            double within = NORMAL.cumulativeProbability(largest) - NORMAL.cumulativeProbability(largest - range);
            return k * NORMAL.density(largest) * Math.pow(within, k - 1);
        });
    }

    /** Returns the range that is exceeded with probability {@code alpha}. */
    double critical(double alpha) {
        return new BrentSolver(1e-10).solve(200, range -> cumulative(range) - (1 - alpha), 0, 20);
    }
}
