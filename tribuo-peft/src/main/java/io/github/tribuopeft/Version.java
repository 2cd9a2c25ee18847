package io.github.tribuopeft;

import java.lang.module.ModuleDescriptor;

/** Version of this library. */
final class Version {

    private static final String DEVELOPMENT = "development";
    private static final String RELEASE = "\\d.*";

    private Version() {}

    /** Returns the version in the manifest of the jar, or {@value #DEVELOPMENT} without a jar. */
    static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? DEVELOPMENT : version;
    }

    /** Returns whether a version is later than the current one. {@value #DEVELOPMENT} stands for an unknown version. */
    static boolean isNewer(String version) {
        return version.matches(RELEASE)
                && (!current().matches(RELEASE)
                        || ModuleDescriptor.Version.parse(version).compareTo(ModuleDescriptor.Version.parse(current()))
                                > 0);
    }
}
