package io.github.tribuopeft.testing;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import java.nio.charset.StandardCharsets;

/** One of {@link TinyArchitectures} with random weights. */
public final class TinyBackbone implements BackboneSource {

    private static final long SEED = 1;

    @Config(mandatory = true, description = "The family.")
    private String family;

    /** For OLCUT. */
    private TinyBackbone() {}

    /** Creates the tiny backbone of a family. */
    public TinyBackbone(String family) {
        this.family = family;
    }

    @Override
    public String name() {
        return "tiny-" + family;
    }

    @Override
    public Fingerprint fingerprint() {
        String weights = Fingerprint.sha256(name().getBytes(StandardCharsets.UTF_8));
        return new Fingerprint(weights, weights, weights);
    }

    @Override
    public Checkpoint open() {
        return TinyCheckpoint.random(TinyArchitectures.of(family), SEED);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "TinyBackbone(" + family + ")";
    }
}
