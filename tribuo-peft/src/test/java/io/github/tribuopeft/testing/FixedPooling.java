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

/** Backbone whose checkpoint defines a pooling. */
public final class FixedPooling implements BackboneSource {

    @Config(description = "The backbone.")
    private BackboneSource source = new TinyBert();

    @Config(description = "The pooling of the checkpoint.")
    private TextPooling pooling = TextPooling.MEAN;

    /** For OLCUT. */
    private FixedPooling() {}

    /** Creates a backbone with a pooling. */
    public FixedPooling(BackboneSource source, TextPooling pooling) {
        this.source = source;
        this.pooling = pooling;
    }

    @Override
    public String name() {
        return source.name() + "-" + pooling;
    }

    @Override
    public Fingerprint fingerprint() {
        return new Fingerprint(pooling.name(), source.fingerprint().weights(), "");
    }

    @Override
    public Checkpoint open() {
        return new PoolingCheckpoint(source.open(), pooling);
    }

    private record PoolingCheckpoint(Checkpoint checkpoint, TextPooling defined) implements Checkpoint {
        @Override
        public Architecture architecture() {
            return checkpoint.architecture();
        }

        @Override
        public Optional<TextPooling> pooling() {
            return Optional.of(defined);
        }

        @Override
        public void read(NDManager manager, WeightReceiver receiver) {
            checkpoint.read(manager, receiver);
        }

        @Override
        public InputStream tokenizer() throws IOException {
            return checkpoint.tokenizer();
        }

        @Override
        public void close() {
            checkpoint.close();
        }
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "FixedPooling(" + source + "," + pooling + ")";
    }
}
