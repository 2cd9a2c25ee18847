package io.github.tribuopeft.evaluation.report;

import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;

/**
 * Reliability diagram and expected calibration error (Naeini, Cooper and Hauskrecht 2015, AAAI; Guo et al. 2017, ICML)
 * with ten bins of equal width.
 *
 * @param bins bins that contain decisions, by ascending probability
 * @param n number of decisions
 */
record Calibration(List<Bin> bins, int n) implements Figure {

    private static final int BINS = 10;
    private static final BasicStroke LINE = new BasicStroke(1.5f);
    private static final Axes.Range SHARES = new Axes.Range(0, 105);
    private static final ChartMarker MARKER = ChartMarker.of(0);

    /**
     * Decisions of similar probability.
     *
     * @param low lower limit of the probability
     * @param high upper limit
     * @param probability mean probability
     * @param correct share of correct decisions
     * @param n number of decisions
     */
    record Bin(double low, double high, double probability, double correct, int n) {

        /** Returns the limits for display. */
        public String limits() {
            return Format.count(100 * low) + " to " + Format.count(100 * high);
        }

        /** Returns the mean probability for display. */
        public String meanProbability() {
            return Format.percent(probability);
        }

        /** Returns the share of correct decisions for display. */
        public String shareCorrect() {
            return Format.percent(correct);
        }

        /** Returns the number of decisions for display. */
        public String count() {
            return Format.count(n);
        }
    }

    /** Sorts decisions into bins. A probability of 1 belongs to the last one. */
    static Calibration of(List<Decision> decisions) {
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < BINS; i++) {
            int bin = i;
            List<Decision> own = decisions.stream()
                    .filter(decision -> Math.min(BINS - 1, (int) (BINS * decision.probability())) == bin)
                    .toList();
            if (!own.isEmpty()) {
                bins.add(new Bin(
                        (double) i / BINS,
                        (i + 1.0) / BINS,
                        own.stream()
                                .mapToDouble(Decision::probability)
                                .average()
                                .orElseThrow(),
                        (double) own.stream().filter(Decision::correct).count() / own.size(),
                        own.size()));
            }
        }
        return new Calibration(bins, decisions.size());
    }

    /** Returns the mean distance between probability and share of correct decisions, weighted by decisions. */
    double expectedCalibrationError() {
        return bins.stream()
                        .mapToDouble(bin -> bin.n() * Math.abs(bin.correct() - bin.probability()))
                        .sum()
                / n;
    }

    @Override
    public String id() {
        return "calibration";
    }

    @Override
    public String title() {
        return "Reliability diagram";
    }

    @Override
    public String description() {
        return Format.list(bins.stream()
                        .map(bin -> Format.percent(bin.correct()) + "\u00a0% correct at "
                                + Format.percent(bin.probability()) + "\u00a0%")
                        .toList())
                + ".";
    }

    @Override
    public XYChart chart(Size size) {
        XYChart chart = Axes.chart(size, SHARES);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(105.0);
        double[] ends = {0, 100};
        Axes.line(chart, "calibrated", ends, ends, ThemeColor.AXIS, LINE);
        double[] x = bins.stream().mapToDouble(bin -> 100 * bin.probability()).toArray();
        double[] y = bins.stream().mapToDouble(bin -> 100 * bin.correct()).toArray();
        Axes.line(chart, "bins", x, y, MARKER.color(), LINE);
        Axes.points(chart, "means", x, y, null, MARKER);
        return chart;
    }

    /** Returns the number of decisions next to each bin, on the side without the line to the previous bin. */
    @Override
    public List<Label> labels(XYChart painted, Size size) {
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < bins.size(); i++) {
            Bin bin = bins.get(i);
            String count = Format.count(bin.n());
            boolean falling = i > 0 && bins.get(i - 1).correct() > bin.correct();
            double x = painted.getScreenXFromChart(100 * bin.probability()) + (falling ? 0.9 : -0.9) * size.fontSize;
            double rightOfAxis = painted.getScreenXFromChart(0) + (0.5 + 0.3 * count.length()) * size.fontSize;
            labels.add(new Label(
                    count,
                    Math.max(x, rightOfAxis),
                    painted.getScreenYFromChart(100 * bin.correct()) - 0.8 * size.fontSize,
                    "tick"));
        }
        return labels;
    }
}
