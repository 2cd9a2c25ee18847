package io.github.tribuopeft.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Directory of model files. A request names a model, never a path. */
final class ModelDirectory {

    private static final String ENDING = ".tribuo";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

    private final Path directory;

    /**
     * Creates the view of a directory.
     *
     * @throws IllegalArgumentException if there is no such directory
     */
    ModelDirectory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("There is no directory " + directory + " with models");
        }
        this.directory = directory;
    }

    /** Returns the names of the models in order. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ENDING))
                    .map(file -> file.substring(0, file.length() - ENDING.length()))
                    .filter(name -> NAME.matcher(name).matches() && Files.isRegularFile(file(name)))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Returns the file of a model.
     *
     * @throws ApiException if the name is not that of a model in the directory
     */
    Path find(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ApiException(
                    400,
                    "The name of a model has 1 to 100 letters, digits, hyphens and underscores, and begins with a letter"
                            + " or digit");
        }
        Path file = file(name);
        if (!Files.isRegularFile(file)) {
            throw new ApiException(404, "There is no model '" + name + "'");
        }
        return file;
    }

    private Path file(String name) {
        return directory.resolve(name + ENDING);
    }
}
