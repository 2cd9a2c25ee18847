package io.github.tribuopeft.testing;

import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.engine.Noise;
import io.github.tribuopeft.engine.Tensor;
import java.io.InputStream;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** An architecture with random weights on the heap, and a tokenizer of 145 pieces. */
record RandomCheckpoint(Architecture architecture, Map<String, Tensor> weights) implements Checkpoint {

    /** Weights of a seed; those of norms are around 1. */
    static RandomCheckpoint of(Architecture architecture, long seed) {
        Map<String, Tensor> weights = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(seed);
        new TreeMap<>(architecture.weights()).forEach((name, shape) -> {
            Tensor noise = Noise.normal(shape, 0.3, random);
            if (shape.dimension() == 1 && name.endsWith(".weight")) {
                for (int i = 0; i < noise.size(); i++) {
                    noise.values()[i] += 1f;
                }
            }
            weights.put(name, noise);
        });
        new TreeMap<>(architecture.vocabularyHead())
                .forEach((name, shape) -> weights.put(name, Noise.normal(shape, 0.3, random)));
        return new RandomCheckpoint(architecture, weights);
    }

    @Override
    public void read(NDManager manager, WeightReceiver receiver) {
        weights.forEach((name, tensor) -> receiver.accept(name, tensor.upload(manager)));
    }

    @Override
    public InputStream tokenizer() {
        return RandomCheckpoint.class.getResourceAsStream("tiny-tokenizer.json");
    }

    @Override
    public void close() {
        // nothing but heap
    }
}
