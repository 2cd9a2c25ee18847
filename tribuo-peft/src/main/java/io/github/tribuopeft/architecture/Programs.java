package io.github.tribuopeft.architecture;

import io.github.tribuopeft.engine.Program;

/** The programs of this package's families. */
final class Programs {

    private Programs() {}

    /** A family's program: its own methods, then those that all families share. Both are the body of one class. */
    static String source(String family) {
        return Program.source(Programs.class, family) + "\n" + Program.source(Programs.class, "common.py");
    }
}
