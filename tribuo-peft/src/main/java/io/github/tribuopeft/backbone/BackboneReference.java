package io.github.tribuopeft.backbone;

import java.util.Optional;

/**
 * Which backbone something was trained on.
 *
 * @param name the backbone's name at training time, for people
 * @param fingerprint which bytes it was made of
 * @param source where it was at training time, empty if that kind of source is not on the class path
 */
public record BackboneReference(String name, Fingerprint fingerprint, Optional<BackboneSource> source) {

    /** A reference to the backbone behind a source. */
    public static BackboneReference to(BackboneSource source) {
        return new BackboneReference(source.name(), source.fingerprint(), Optional.of(source));
    }
}
