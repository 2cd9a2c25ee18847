package io.github.tribuopeft.attestation;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Search for the files of a training run on this machine. */
final class MaterialFiles {

    private final Optional<Path> root;

    /**
     * Creates a search.
     *
     * @param root directory that replaces a part of the paths at training time; empty to use them as they are
     */
    MaterialFiles(Optional<Path> root) {
        this.root = root;
    }

    /**
     * Finds a file. Below the root, the longest ending of its path that exists is used. Without a root, the path is
     * used if it is absolute and local: a path of a network share is not opened, because it comes from the model's file.
     */
    Optional<Path> find(Path path) {
        return root.map(directory -> below(directory, path))
                .orElseGet(() -> isLocal(path) ? Optional.of(path) : Optional.empty())
                .filter(Files::isRegularFile);
    }

    private static Optional<Path> below(Path directory, Path path) {
        for (int first = 0; first < path.getNameCount(); first++) {
            Path ending = path.subpath(first, path.getNameCount()).normalize();
            if (ending.startsWith("..")) {
                continue;
            }
            try {
                Path file = directory.resolve(ending);
                if (Files.isRegularFile(file)) {
                    return Optional.of(file);
                }
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static boolean isLocal(Path path) {
        String text = path.toString();
        return path.isAbsolute() && !text.startsWith("//") && !text.startsWith("\\\\");
    }
}
