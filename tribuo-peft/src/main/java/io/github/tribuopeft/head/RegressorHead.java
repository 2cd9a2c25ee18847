package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.OutputInfo;
import org.tribuo.Prediction;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.RegressionInfo;
import org.tribuo.regression.Regressor;

/**
 * Regression head for one or more dimensions: linear layer, squared error loss (mean over the dimensions). The head
 * predicts standardized values, with the mean and the variance of the training data, so that learning rates do not
 * depend on units. The best epoch is the one with the lowest root mean squared error.
 */
public final class RegressorHead extends LinearHead<Regressor> {

    /** A head with a dropout rate of 0.1 and no dense layer. */
    public RegressorHead() {}

    /** A head without a dense layer and with a dropout rate in [0, 1). */
    public RegressorHead(double dropout) {
        this(dropout, DenseLayer.NONE);
    }

    /** A head with a dropout rate in [0, 1) and a dense layer before the linear layer. */
    public RegressorHead(double dropout, DenseLayer dense) {
        super(dropout, dense);
    }

    @Override
    public Objective<Regressor> objective() {
        return new SquaredError();
    }

    @Override
    public HeadMetric metric() {
        return new NegativeRmse();
    }

    @Override
    public OutputPredictor<Regressor> predictor() {
        return new Predictor();
    }

    @Override
    public Regressor unknown() {
        return RegressionFactory.UNKNOWN_REGRESSOR;
    }

    @Override
    public SortedSet<String> names(Regressor output) {
        return new TreeSet<>(Arrays.asList(output.getNames()));
    }

    /**
     * {@inheritDoc} A dimension whose values are all the same is allowed: the model then learns to predict that value.
     */
    @Override
    public void validate(OutputInfo<Regressor> outputs) {
        if (outputs.size() == 0) {
            throw new IllegalArgumentException("A regression needs at least one dimension, but the data has none");
        }
        requireStatistics((RegressionInfo) outputs);
    }

    @Override
    public void requireDomain(ImmutableOutputInfo<Regressor> outputs) {
        requireStatistics((RegressionInfo) outputs);
    }

    private void requireStatistics(RegressionInfo outputs) {
        outputs.getDomain().forEach(output -> names(output).forEach(name -> Standardization.of(outputs, name)));
    }

    /**
     * Standardization of a dimension.
     *
     * @param mean mean of the training data
     * @param deviation standard deviation of the training data; 1 if all values are the same or there is only one
     */
    private record Standardization(double mean, double deviation) {

        static Standardization of(RegressionInfo outputs, String name) {
            double mean = outputs.getMean(name);
            double variance = outputs.getVariance(name);
            if (!Double.isFinite(mean) || variance < 0 || Double.isInfinite(variance)) {
                throw new IllegalArgumentException("Dimension '" + name + "' has mean " + mean + " and variance "
                        + variance + "; expected finite values");
            }
            return new Standardization(mean, variance > 0 ? Math.sqrt(variance) : 1.0);
        }

        static Standardization of(ImmutableOutputInfo<Regressor> outputs, int id) {
            return of((RegressionInfo) outputs, outputs.getOutput(id).getNames()[0]);
        }

        float standardize(double value) {
            return (float) ((value - mean) / deviation);
        }

        double restore(float value) {
            return mean + deviation * value;
        }
    }

    /** Squared error. A target row [C] contains the standardized values of the dimensions. */
    private static final class SquaredError implements Objective<Regressor> {

        @Override
        public float[] target(Regressor output, ImmutableOutputInfo<Regressor> outputs) {
            float[] target = new float[outputs.size()];
            for (int id = 0; id < target.length; id++) {
                String name = outputs.getOutput(id).getNames()[0];
                double value = output.getDimension(name)
                        .orElseThrow(() -> new IllegalArgumentException("An example has no dimension '" + name
                                + "'; expected a value of each dimension, but found " + output))
                        .getValue();
                target[id] = Standardization.of(outputs, id).standardize(value);
                if (!Float.isFinite(target[id])) {
                    throw new IllegalArgumentException(
                            "An example has " + value + " in dimension '" + name + "'; expected a finite value");
                }
            }
            return target;
        }

        @Override
        public NDArray loss(NDArray logits, NDArray targets) {
            return logits.sub(targets).square().mean(new int[] {1});
        }
    }

    /** Negative root mean squared error of all dimensions, in units of their standard deviations. */
    private static final class NegativeRmse implements HeadMetric {

        @Override
        public String name() {
            return "negative-rmse";
        }

        @Override
        public double score(List<float[]> logits, List<float[]> targets) {
            double sum = 0;
            long count = 0;
            for (int row = 0; row < logits.size(); row++) {
                for (int id = 0; id < logits.get(row).length; id++) {
                    double error = logits.get(row)[id] - targets.get(row)[id];
                    sum += error * error;
                    count++;
                }
            }
            return -Math.sqrt(sum / count);
        }
    }

    /** Prediction of a value for each dimension. */
    private static final class Predictor implements OutputPredictor<Regressor> {

        @Override
        public boolean generatesProbabilities() {
            return false;
        }

        /** {@inheritDoc} These are the standardized values. */
        @Override
        public double[] scores(float[] logits) {
            double[] scores = new double[logits.length];
            for (int id = 0; id < scores.length; id++) {
                scores[id] = logits[id];
            }
            return scores;
        }

        @Override
        public Prediction<Regressor> predict(
                float[] logits, ImmutableOutputInfo<Regressor> outputs, Example<Regressor> example, int used) {
            String[] names = new String[logits.length];
            double[] values = new double[logits.length];
            for (int id = 0; id < values.length; id++) {
                names[id] = outputs.getOutput(id).getNames()[0];
                values[id] = Standardization.of(outputs, id).restore(logits[id]);
            }
            return new Prediction<>(new Regressor(names, values), used, example);
        }
    }
}
