package io.github.tribuopeft.huggingface;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InitialCheckpoint;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * An {@linkplain PeftAdapterDirectory adapter directory of PEFT} that a training goes on from. Its labels must be known to it or to the backbone's
 * checkpoint; where they are not, {@linkplain PeftAdapterDirectory#withLabels import it with names} and start from that model's file.
 */
public final class PeftAdapterCheckpoint implements InitialCheckpoint {

    @Config(mandatory = true, description = "The adapter directory.")
    private Path directory;

    /** For OLCUT. */
    private PeftAdapterCheckpoint() {}

    /** The adapter in a directory; nothing is read yet. */
    public PeftAdapterCheckpoint(Path directory) {
        this.directory = directory;
    }

    @Override
    public AdaptedModel open(BackboneSource backbone) {
        return PeftAdapterDirectory.open(directory).model(backbone);
    }

    /** The hash of the hashes of both files. */
    @Override
    public String sha256() {
        PeftAdapterDirectory adapter = PeftAdapterDirectory.open(directory);
        String both = adapter.sha256(PeftAdapterDirectory.CONFIG) + adapter.sha256(PeftAdapterDirectory.TENSORS);
        return Fingerprint.sha256(both.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "InitialCheckpoint");
    }

    @Override
    public String toString() {
        return "PeftAdapterCheckpoint(" + directory + ")";
    }
}
