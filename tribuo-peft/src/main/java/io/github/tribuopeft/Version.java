package io.github.tribuopeft;

/** Version of this library. */
final class Version {

    private Version() {}

    /** Returns the version in the manifest of the jar, or {@code development} without a jar. */
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
