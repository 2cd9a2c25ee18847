package io.github.tribuopeft.testing;

import ai.djl.ndarray.NDManager;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.TextPooling;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A backbone whose checkpoint says how its texts are read. */
public final class FixedPooling implements BackboneSource {

    @Config(description = "The backbone.")
    private BackboneSource source = new TinyBert();

    @Config(description = "What its checkpoint says.")
    private TextPooling summary = TextPooling.MEAN;

    /** For OLCUT. */
    private FixedPooling() {}

    /** A backbone with a statement. */
    public FixedPooling(BackboneSource source, TextPooling summary) {
        this.source = source;
        this.summary = summary;
    }

    @Override
    public String name() {
        return source.name() + "-" + summary;
    }

    @Override
    public Fingerprint fingerprint() {
        return new Fingerprint(summary.name(), source.fingerprint().weights(), "");
    }

    @Override
    public Checkpoint open() {
        return new Stating(source.open(), summary);
    }

    private record Stating(Checkpoint whole, TextPooling summary) implements Checkpoint {
        @Override
        public Architecture architecture() {
            return whole.architecture();
        }

        @Override
        public Optional<TextPooling> pooling() {
            return Optional.of(summary);
        }

        @Override
        public void read(NDManager manager, WeightReceiver receiver) {
            whole.read(manager, receiver);
        }

        @Override
        public InputStream tokenizer() throws IOException {
            return whole.tokenizer();
        }

        @Override
        public void close() {
            whole.close();
        }
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "FixedPooling(" + source + "," + summary + ")";
    }
}
