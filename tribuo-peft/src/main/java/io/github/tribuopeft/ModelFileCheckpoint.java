package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Model file from which training resumes. */
public final class ModelFileCheckpoint implements InitialCheckpoint {

    @Config(mandatory = true, description = "The model file.")
    private Path file;

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private ModelFileCheckpoint() {}

    /** Refers to a model file, which is not read yet. */
    public ModelFileCheckpoint(Path file) {
        this.file = file;
    }

    @Override
    public AdaptedModel open(BackboneSource backbone) {
        try {
            return AdaptedModel.load(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public String sha256() {
        try {
            return Fingerprint.sha256(Files.newInputStream(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "InitialCheckpoint");
    }

    @Override
    public String toString() {
        return "ModelFileCheckpoint(" + file + ")";
    }
}
