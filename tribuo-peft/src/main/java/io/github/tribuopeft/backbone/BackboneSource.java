package io.github.tribuopeft.backbone;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a pretrained model comes from. A source is a small configurable component: it enters the provenance of whatever is
 * trained on it, and a saved model names it. It reads nothing until asked; one thread may hash its files while another opens them.
 */
public interface BackboneSource extends Configurable, Provenancable<ConfiguredObjectProvenance> {

    /** The backbone's name for people: {@code minilm}, or the directory's name. */
    String name();

    /** How Hugging Face's libraries find it: a name on their hub, or a directory. The plain name where neither is known. */
    default String hubName() {
        return name();
    }

    /** Returns the local directory of the files; empty for other sources. */
    default Optional<Path> localDirectory() {
        return Optional.empty();
    }

    /**
     * Hashes the files behind this source.
     *
     * @throws BackboneException if they are missing or unreadable
     */
    Fingerprint fingerprint();

    /**
     * Describes the state of the files without reading their contents, such as by their sizes and times of change. A
     * backbone is refused if the state is another one after its files were read than before, since its weights and its
     * fingerprint might then be of different bytes. A source whose files cannot change may leave this as it is.
     *
     * @throws BackboneException if files are missing or unreadable
     */
    default String fileState() {
        return "";
    }

    /**
     * Opens the files for reading weights.
     *
     * @throws BackboneException if they are missing, unreadable or of an architecture that has no program
     */
    Checkpoint open();
}
