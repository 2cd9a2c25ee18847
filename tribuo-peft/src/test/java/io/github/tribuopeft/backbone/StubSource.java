package io.github.tribuopeft.backbone;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import io.github.tribuopeft.testing.TinyBert;
import java.util.function.Supplier;

/** Source with a given fingerprint and checkpoint. */
class StubSource implements BackboneSource {

    private final String name;
    private final Supplier<Fingerprint> fingerprint;
    private final Supplier<Checkpoint> checkpoint;

    StubSource(String name, Supplier<Fingerprint> fingerprint, Supplier<Checkpoint> checkpoint) {
        this.name = name;
        this.fingerprint = fingerprint;
        this.checkpoint = checkpoint;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Fingerprint fingerprint() {
        return fingerprint.get();
    }

    @Override
    public Checkpoint open() {
        return checkpoint.get();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new TinyBert().getProvenance();
    }
}
