package io.github.tribuopeft.testing;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import java.nio.charset.StandardCharsets;

/** BERT of two layers with random weights, which runs the real program. */
public final class TinyBert implements BackboneSource {

    private static final Bert BERT = new Bert(145, 48, 2, 16, 2, 2, 32, 1e-12);

    @Config(description = "Seed of the weights; backbones with different seeds are different.")
    private long seed = 1L;

    /** Creates the tiny backbone. */
    public TinyBert() {}

    /** Creates a tiny backbone with the weights of a seed. */
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
    public TinyCheckpoint open() {
        return TinyCheckpoint.random(BERT.architecture(), seed);
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
