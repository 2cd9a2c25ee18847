package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.engine.RandomTensors;
import java.util.ArrayList;
import java.util.List;

/**
 * Normal noise with the standard deviation of the vocabulary's own values. (PEFT's random prompts have a deviation of 1, some
 * fifty times that of BERT's words, and learn far worse.)
 */
public final class RandomInitializer implements PromptInitializer {

    private static final int SAMPLE = 1000;

    /** There is nothing to set. */
    public RandomInitializer() {}

    @Override
    public List<float[]> rows(int count, MethodContext context) {
        ModelDimensions shape = context.backbone().dimensions();
        int[] ids = context.random().ints(SAMPLE, 0, shape.vocabulary()).toArray();
        double squares = 0;
        float[] sample = context.backbone().wordEmbeddings(ids).values();
        for (float value : sample) {
            squares += value * value;
        }
        double deviation = Math.sqrt(squares / sample.length);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(RandomTensors.normal(shape.embedding(), deviation, context.random()));
        }
        return rows;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptInitializer");
    }

    @Override
    public String toString() {
        return "RandomInitializer()";
    }
}
