package io.github.tribuopeft.backbone;

import java.util.Optional;

/**
 * Reference of a model to the backbone that it was trained on.
 *
 * @param name name of the backbone at training time, for messages
 * @param fingerprint hashes of its files
 * @param source source at training time; empty if it is unknown or must not be opened
 * @param reason reason why the source must not be opened, for messages; empty if there is none
 */
public record BackboneReference(
        String name, Fingerprint fingerprint, Optional<BackboneSource> source, Optional<String> reason) {

    /** Creates a reference to the backbone of a source. */
    public static BackboneReference to(BackboneSource source) {
        return to(source, source.fingerprint());
    }

    /** Creates a reference to a backbone that was opened from a source and had a fingerprint then. */
    public static BackboneReference to(BackboneSource source, Fingerprint fingerprint) {
        return new BackboneReference(source.name(), fingerprint, Optional.of(source), Optional.empty());
    }
}
