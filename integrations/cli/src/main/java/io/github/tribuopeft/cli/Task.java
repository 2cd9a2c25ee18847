package io.github.tribuopeft.cli;

/** What can be trained. */
enum Task {
    /** One label for a text. */
    CLASSIFICATION;

    /** The name on the command line and in JSON. */
    String id() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
