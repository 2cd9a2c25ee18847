package io.github.tribuopeft.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Temporary files that a shutdown of the JVM deletes. */
final class Leftovers {

    private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> FILES.forEach(Leftovers::delete), "peft-leftovers"));
        } catch (IllegalStateException e) {
            // the JVM is shutting down already, so unfinished temporary files may remain
        }
    }

    private Leftovers() {}

    static void add(Path file) {
        FILES.add(file);
    }

    static void remove(Path file) {
        FILES.remove(file);
    }

    /** Deletes a file. Ignores an error, so that it does not replace the error that made the file obsolete. */
    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            return;
        }
        FILES.remove(file);
    }
}
