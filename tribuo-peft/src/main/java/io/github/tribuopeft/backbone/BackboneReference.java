package io.github.tribuopeft.backbone;

import java.util.Optional;

/**
 * Which backbone something was trained on.
 *
 * @param name the backbone's name at training time, for people
 * @param fingerprint which bytes it was made of
 * @param source where it was at training time, empty if that place is unknown or must not be looked at
 * @param reason why the place of training time is not looked at, for people; empty if it is, or is unknown
 */
public record BackboneReference(
        String name, Fingerprint fingerprint, Optional<BackboneSource> source, Optional<String> reason) {

    /** A reference to the backbone behind a source. */
    public static BackboneReference to(BackboneSource source) {
        return to(source, source.fingerprint());
    }

    /** A reference to a backbone that was opened from a source, whatever lies there now. */
    public static BackboneReference to(BackboneSource source, Fingerprint fingerprint) {
        return new BackboneReference(source.name(), fingerprint, Optional.of(source), Optional.empty());
    }
}
