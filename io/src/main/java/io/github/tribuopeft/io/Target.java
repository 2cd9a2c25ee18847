package io.github.tribuopeft.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Destination of a write, with symbolic links resolved.
 *
 * @param name the path as the caller gave it, for messages
 * @param path the resolved file
 * @param special whether the file exists and is not a regular file, so that it cannot be replaced
 */
record Target(String name, Path path, boolean special) {

    /** Maximum number of symbolic links that Linux follows. */
    private static final int MAX_LINKS = 40;

    /** Directory of links to the open files of processes. */
    private static final Path OPEN_FILES = Path.of("/proc");

    /**
     * Resolves a path.
     *
     * @throws IOException if the path is empty, a directory, or a symbolic link in a cycle
     */
    static Target of(Path file) throws IOException {
        String name = file.toString();
        if (name.isEmpty()) {
            throw new IOException("The name of the file to write is empty");
        }
        if (Files.isDirectory(file)) {
            throw new IOException(name + " cannot be written: it is a directory; expected a file");
        }
        Path path = file.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(path); links++) {
            if (links == MAX_LINKS) {
                throw new IOException(name + " cannot be written: it is a symbolic link that leads nowhere");
            }
            if (path.getParent().toRealPath().startsWith(OPEN_FILES)) {
                return new Target(name, file, true);
            }
            path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        return new Target(name, path, Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path));
    }

    /** Returns the parent directories that do not exist, the innermost first. */
    List<Path> missingDirectories() {
        List<Path> missing = new ArrayList<>();
        for (Path parent = path.getParent(); parent != null && Files.notExists(parent); parent = parent.getParent()) {
            missing.add(parent);
        }
        return missing;
    }

    /** Creates the parent directory and checks that an existing file may be replaced. */
    void prepare() throws IOException {
        Path parent = path.getParent();
        if (!Files.isDirectory(parent)) { // createDirectories of Java 17 refuses a symbolic link to a directory
            try {
                Files.createDirectories(parent);
            } catch (IOException e) {
                throw new IOException(
                        name + " cannot be written: its directory " + parent + " cannot be created: "
                                + Failure.reason(e),
                        e);
            }
        }
        if (Files.exists(path)) {
            requirePermission();
        }
    }

    /** Checks that an existing file may be written. */
    void requirePermission() throws IOException {
        if (!Files.isWritable(path)) {
            throw new IOException(name + " cannot be written: permission denied");
        }
    }

    /** Writes to a device or a pipe. */
    void writeDirectly(Content content) throws IOException {
        try (NamedOutputStream out = new NamedOutputStream(name, open())) {
            out.writeAll(content);
        }
    }

    private OutputStream open() throws IOException {
        try {
            return Files.newOutputStream(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw Failure.of(name, e);
        }
    }
}
