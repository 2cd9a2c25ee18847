package io.github.tribuopeft;

/** The version of this library. */
final class Version {

    private Version() {}

    /** The version in the jar's manifest, or {@code development} when run from class files. */
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
