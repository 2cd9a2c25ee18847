package io.github.tribuopeft.huggingface.adapter;

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
 * {@linkplain PeftAdapterDirectory Adapter directory of PEFT} from which training resumes. The directory or the
 * backbone's checkpoint must contain the names of its labels. If they do not,
 * {@linkplain PeftAdapterDirectory#withLabels import the adapter with names} and resume from the file of that model.
 */
public final class PeftAdapterCheckpoint implements InitialCheckpoint {

    @Config(mandatory = true, description = "The adapter directory.")
    private Path directory;

    /** For OLCUT. */
    private PeftAdapterCheckpoint() {}

    /** Creates a checkpoint for a directory without reading it. */
    public PeftAdapterCheckpoint(Path directory) {
        this.directory = directory;
    }

    @Override
    public AdaptedModel open(BackboneSource backbone) {
        return PeftAdapterDirectory.open(directory).model(backbone);
    }

    /** Returns the hash of the hashes of both files. */
    @Override
    public String sha256() {
        AdapterFiles files = AdapterFiles.in(directory);
        String both = files.configHash() + files.tensorsHash();
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
