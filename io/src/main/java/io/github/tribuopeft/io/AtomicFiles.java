package io.github.tribuopeft.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Writes a set of files atomically. Each file is written to a temporary file in its directory. {@link #commit} renames
 * the temporary files after all of them are complete and on disk. An error before that leaves all existing files
 * unchanged and removes the temporary files.
 *
 * <pre>{@code
 * try (AtomicFiles files = new AtomicFiles()) {
 *     files.writeString(directory.resolve("report.html"), html);
 *     files.writeString(directory.resolve("report.md"), markdown);
 *     files.commit();
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Missing parent directories are created.
 *   <li>A replaced file keeps its permissions and, if the system allows it, its owner and group. A new file gets the
 *       defaults of the process.
 *   <li>A symbolic link is kept and its target is replaced. Other hard links to a replaced file keep the old content.
 *   <li>Devices, pipes and {@code /dev/stdout} cannot be renamed. They are written directly.
 *   <li>A file without write permission is not replaced.
 *   <li>A shutdown of the JVM removes temporary files. A killed process can leave files named {@code .peft-*.tmp}.
 * </ul>
 *
 * <p>Instances are not thread-safe. Several instances can write to the same directory at the same time.
 */
public final class AtomicFiles implements Closeable {

    private final UnaryOperator<OutputStream> disk;
    private final List<StagedFile> staged = new ArrayList<>();

    /** Creates an empty set of files. */
    public AtomicFiles() {
        this(UnaryOperator.identity());
    }

    /**
     * Creates an empty set of files.
     *
     * @param disk wraps the stream to a temporary file; for tests
     */
    AtomicFiles(UnaryOperator<OutputStream> disk) {
        this.disk = disk;
    }

    /**
     * Writes a temporary file for {@code file}, or the file itself if it is a device or a pipe.
     *
     * @throws IOException if the file cannot be written; the message names the file and the reason
     */
    public void write(Path file, Content content) throws IOException {
        Target target = Target.of(file);
        if (target.special()) {
            target.writeDirectly(content);
        } else {
            staged.add(StagedFile.write(target, content, disk));
        }
    }

    /** Checks that a file can be written, without any lasting change. */
    void check(Path file) throws IOException {
        Target target = Target.of(file);
        if (target.special()) {
            target.requirePermission();
            return;
        }
        List<Path> missing = target.missingDirectories();
        try {
            StagedFile.write(target, out -> {}, disk).discard();
        } finally {
            for (Path directory : missing) {
                removeIfEmpty(directory);
            }
        }
    }

    private static void removeIfEmpty(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // another process uses the directory, so it is kept
        }
    }

    /**
     * Writes a text file in UTF-8.
     *
     * @throws IOException as {@link #write} does
     */
    public void writeString(Path file, String text) throws IOException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Replaces all files by their temporary files.
     *
     * @throws IOException if a file cannot be replaced; the message names it
     */
    public void commit() throws IOException {
        for (StagedFile file : staged) {
            file.commit();
        }
        staged.clear();
    }

    /** Removes the temporary files that were not committed. */
    @Override
    public void close() {
        staged.forEach(StagedFile::discard);
        staged.clear();
    }
}
