package io.github.tribuopeft.backbone;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Source of the files of a pretrained model. A source is a configurable component that is part of the provenance of
 * models trained on it. Constructors do not read files. One thread may hash the files while another one opens them.
 */
public interface BackboneSource extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /** Returns the name for messages, such as {@code minilm} or the name of a directory. */
    String name();

    /**
     * Returns the name by which Hugging Face libraries find the model: a name on their hub or a directory. The default
     * is {@link #name}.
     */
    default String hubName() {
        return name();
    }

    /** Returns the local directory of the files; empty for other sources. */
    default Optional<Path> localDirectory() {
        return Optional.empty();
    }

    /**
     * Hashes the files.
     *
     * @throws BackboneException if they are missing or unreadable
     */
    Fingerprint fingerprint();

    /**
     * Returns a description of the files' state without reading them, such as sizes and modification times. A backbone
     * is refused if the state changes while its files are read, since the weights might then differ from the
     * fingerprint. The default is for files that cannot change.
     *
     * @throws BackboneException if files are missing or unreadable
     */
    default String fileState() {
        return "";
    }

    /**
     * Opens the files for reading.
     *
     * @throws BackboneException if they are missing, unreadable or of an unknown architecture
     */
    Checkpoint open();
}
