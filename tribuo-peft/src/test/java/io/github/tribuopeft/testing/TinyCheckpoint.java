package io.github.tribuopeft.testing;

import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Checkpoint in memory with a tokenizer of 145 tokens.
 *
 * @param architecture the architecture
 * @param weights all weights of the architecture
 */
public record TinyCheckpoint(Architecture architecture, Map<String, Tensor> weights) implements Checkpoint {

    /** Returns weights of a normal distribution with mean 0; the mean of gains is 1. */
    public static TinyCheckpoint random(Architecture architecture, long seed) {
        Map<String, Tensor> weights = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(seed);
        new TreeMap<>(architecture.weights()).forEach((name, shape) -> {
            Tensor noise = RandomTensors.normal(shape, 0.3, random);
            if (shape.dimension() == 1 && name.endsWith(".weight")) {
                for (int i = 0; i < noise.size(); i++) {
                    noise.values()[i] += 1f;
                }
            }
            weights.put(name, noise);
        });
        new TreeMap<>(architecture.lmHead())
                .forEach((name, shape) -> weights.put(name, RandomTensors.normal(shape, 0.3, random)));
        return new TinyCheckpoint(architecture, weights);
    }

    @Override
    public void read(NDManager manager, WeightReceiver receiver) {
        weights.forEach((name, tensor) -> receiver.accept(name, tensor.upload(manager)));
    }

    /** {@inheritDoc} For decoders, this is {@code [SEP]}. */
    @Override
    public OptionalInt endToken() {
        return architecture.causal() ? OptionalInt.of(3) : OptionalInt.empty();
    }

    @Override
    public InputStream tokenizer() throws IOException {
        return TinyCheckpoint.class.getResourceAsStream("tiny-tokenizer.json");
    }
}
