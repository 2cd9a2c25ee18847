package io.github.tribuopeft.method;

import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Initializer with values of a normal distribution with mean 0. With a standard deviation of 0, it is PEFT's {@code
 * zero}.
 */
public final class RandomPrefixInitializer implements PrefixInitializer {

    @Config(description = "Standard deviation, at least 0.")
    private double deviation = 0.02;

    /** Creates an initializer with a standard deviation of 0.02, as for BERT's weights. */
    public RandomPrefixInitializer() {}

    /** Creates an initializer with a standard deviation, at least 0. */
    public RandomPrefixInitializer(double deviation) {
        this.deviation = deviation;
        postConfig();
    }

    /**
     * Returns an initializer with keys and values of zero. They contribute to each softmax, so the outputs differ from
     * those of the backbone without a prefix.
     */
    public static RandomPrefixInitializer zero() {
        return new RandomPrefixInitializer(0.0);
    }

    @Override
    public void postConfig() {
        if (!(deviation >= 0.0 && deviation < Double.POSITIVE_INFINITY)) {
            throw new PropertyException(
                    "", "deviation", "the standard deviation must be finite and at least 0, but is " + deviation);
        }
    }

    @Override
    public List<Tensor> keysAndValues(int count, MethodContext context) {
        ModelDimensions dimensions = context.backbone().dimensions();
        Shape shape = new Shape(1, dimensions.keyValueHeads(), count, dimensions.headWidth());
        return IntStream.range(0, 2 * dimensions.layers())
                .mapToObj(i -> RandomTensors.normal(shape, deviation, context.random()))
                .toList();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PrefixInitializer");
    }

    @Override
    public String toString() {
        return "RandomPrefixInitializer(" + deviation + ")";
    }
}
