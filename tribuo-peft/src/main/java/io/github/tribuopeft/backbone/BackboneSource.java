package io.github.tribuopeft.backbone;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;

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

    /**
     * Hashes the files behind this source.
     *
     * @throws BackboneException if they are missing or unreadable
     */
    Fingerprint fingerprint();

    /**
     * Opens the files for reading weights.
     *
     * @throws BackboneException if they are missing, unreadable or of an architecture that has no program
     */
    Checkpoint open();
}
