package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.engine.RandomTensors;
import java.util.ArrayList;
import java.util.List;

/**
 * Initializer with values of a normal distribution with the standard deviation of the word embeddings. (PEFT's random
 * prompts have a standard deviation of 1, about fifty times that of BERT's word embeddings, and learn much worse.)
 */
public final class RandomInitializer implements PromptInitializer {

    private static final int SAMPLE = 1000;

    /** Creates the initializer, which has no settings. */
    public RandomInitializer() {}

    @Override
    public List<float[]> rows(int count, MethodContext context) {
        ModelDimensions dimensions = context.backbone().dimensions();
        int[] ids = context.random().ints(SAMPLE, 0, dimensions.vocabulary()).toArray();
        double squares = 0;
        float[] sample = context.backbone().wordEmbeddings(ids).values();
        for (float value : sample) {
            squares += value * value;
        }
        double deviation = Math.sqrt(squares / sample.length);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(RandomTensors.normal(dimensions.embedding(), deviation, context.random()));
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
