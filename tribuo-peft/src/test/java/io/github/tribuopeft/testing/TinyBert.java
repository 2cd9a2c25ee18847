package io.github.tribuopeft.testing;

import ai.djl.ndarray.NDManager;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.engine.Noise;
import io.github.tribuopeft.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A BERT of two layers with random weights, made on the spot: the real programs at a size that tests can afford. */
public final class TinyBert implements BackboneSource {

    private static final Bert BERT = new Bert(145, 48, 2, 16, 2, 2, 32, 1e-12);

    @Config(description = "Seed of the weights: another seed is another backbone.")
    private long seed = 1L;

    /** The tiny backbone. */
    public TinyBert() {}

    /** A tiny backbone with weights of its own. */
    public TinyBert(long seed) {
        this.seed = seed;
    }

    @Override
    public String name() {
        return "tiny-bert-" + seed;
    }

    @Override
    public Fingerprint fingerprint() {
        return new Fingerprint(
                Fingerprint.sha256(BERT.toString().getBytes(StandardCharsets.UTF_8)),
                Fingerprint.sha256(("weights of seed " + seed).getBytes(StandardCharsets.UTF_8)),
                Fingerprint.sha256("tiny-tokenizer.json".getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Checkpoint open() {
        Architecture architecture = BERT.architecture();
        Map<String, Tensor> weights = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(seed);
        new TreeMap<>(architecture.weights()).forEach((name, shape) -> {
            Tensor noise = Noise.normal(shape, 0.3, random);
            if (name.endsWith("LayerNorm.weight")) {
                for (int i = 0; i < noise.size(); i++) {
                    noise.values()[i] += 1f;
                }
            }
            weights.put(name, noise);
        });
        return new InMemory(architecture, weights);
    }

    /** The weights of an opened tiny backbone. */
    static Map<String, Tensor> tensors(Checkpoint checkpoint) {
        return ((InMemory) checkpoint).weights();
    }

    private record InMemory(Architecture architecture, Map<String, Tensor> weights) implements Checkpoint {
        @Override
        public void read(NDManager manager, WeightReceiver receiver) {
            weights.forEach((name, tensor) -> receiver.accept(name, tensor.upload(manager)));
        }

        @Override
        public InputStream tokenizer() throws IOException {
            return TinyBert.class.getResourceAsStream("tiny-tokenizer.json");
        }

        @Override
        public void close() {
            // nothing but heap
        }
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "TinyBert(" + seed + ")";
    }
}
