package io.github.tribuopeft.inspection;

/**
 * Gauss-Legendre quadrature over [0, 1], exact for polynomials of degree {@code 2n - 1}.
 *
 * @param nodes the n points in [0, 1]
 * @param weights their weights, which sum to 1
 */
record GaussLegendre(double[] nodes, double[] weights) {

    private static final int NEWTON_STEPS = 20;

    /** Finds the nodes, which are the zeros of the Legendre polynomial of degree {@code n}, with Newton's method. */
    static GaussLegendre of(int n) {
        double[] nodes = new double[n];
        double[] weights = new double[n];
        for (int i = 0; i < n; i++) {
            double x = -Math.cos(Math.PI * (i + 0.75) / (n + 0.5)); // close to the zero
            double slope = 0;
            for (int step = 0; step < NEWTON_STEPS; step++) {
                double previous = 1;
                double value = x;
                for (int k = 2; k <= n; k++) {
                    double next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
                    previous = value;
                    value = next;
                }
                slope = n * (x * value - previous) / (x * x - 1);
                x -= value / slope;
            }
            nodes[i] = (1 + x) / 2;
            weights[i] = 1 / ((1 - x * x) * slope * slope);
        }
        return new GaussLegendre(nodes, weights);
    }
}
