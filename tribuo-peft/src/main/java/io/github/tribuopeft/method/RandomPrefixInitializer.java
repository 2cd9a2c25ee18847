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

/** Normal noise around 0; with a deviation of 0, PEFT's {@code zero}. */
public final class RandomPrefixInitializer implements PrefixInitializer {

    @Config(description = "Standard deviation, at least 0.")
    private double deviation = 0.02;

    /** Noise with a deviation of 0.02, as BERT's own weights started. */
    public RandomPrefixInitializer() {}

    /** Noise with this standard deviation, at least 0. */
    public RandomPrefixInitializer(double deviation) {
        this.deviation = deviation;
        postConfig();
    }

    /** Keys and values of zero. They take part in every softmax all the same, so this is not the backbone untouched. */
    public static RandomPrefixInitializer zero() {
        return new RandomPrefixInitializer(0.0);
    }

    @Override
    public void postConfig() {
        if (!(deviation >= 0.0 && deviation < Double.POSITIVE_INFINITY)) {
            throw new PropertyException("", "deviation", "a standard deviation is at least 0, not " + deviation);
        }
    }

    @Override
    public List<Tensor> keysAndValues(int count, MethodContext context) {
        ModelDimensions shape = context.backbone().dimensions();
        Shape one = new Shape(1, shape.keyValueHeads(), count, shape.headWidth());
        return IntStream.range(0, 2 * shape.layers())
                .mapToObj(i -> RandomTensors.normal(one, deviation, context.random()))
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
