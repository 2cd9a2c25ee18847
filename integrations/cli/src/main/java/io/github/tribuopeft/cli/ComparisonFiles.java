package io.github.tribuopeft.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Data files of a comparison.
 *
 * @param options how the files are read
 * @param training the training data
 * @param development the development data; null if part of the training data is held out
 * @param test the test data
 */
record ComparisonFiles(DataOptions options, Path training, Path development, Path test) {

    boolean hasDevelopment() {
        return development != null;
    }

    /**
     * Checks that the development and the test file contain known outputs only.
     *
     * @param known names of the outputs in the training data
     */
    void requireKnownOutputs(TaskDefinition<?, ?> task, Collection<String> known) throws IOException {
        task.requireKnownOutputs(options, test, known);
        if (hasDevelopment()) {
            task.requireKnownOutputs(options, development, known);
        }
    }

    /** Reads the development data; returns null if there is none. */
    <D> D readDevelopment(Reader<D> reader) throws IOException {
        return hasDevelopment() ? reader.read(options, development) : null;
    }

    /** Reads a data file. */
    @FunctionalInterface
    interface Reader<D> {
        D read(DataOptions options, Path file) throws IOException;
    }
}
