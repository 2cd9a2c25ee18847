package io.github.tribuopeft.text;

/** Versions of the protobufs of this package. */
final class TextVersions {

    private TextVersions() {}

    /** Rejects a later version. */
    static void require(int version, int current) {
        if (version < 0 || version > current) {
            throw new IllegalArgumentException("Unknown version " + version + ", this library reads up to " + current);
        }
    }
}
