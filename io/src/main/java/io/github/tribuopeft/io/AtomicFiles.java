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
 * Writes files that belong together. Each is written to a temporary file in its directory; {@link #commit} renames them all after the last one is
 * complete and on the disk. An error before that leaves every existing file unchanged and removes the temporary files.
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
 *   <li>A replaced file keeps its permissions and, where the system allows it, its owner and group. A new file gets the defaults of the process.
 *   <li>A symbolic link is kept; the file that it leads to is replaced. Other hard links to a replaced file keep the old content.
 *   <li>A device, a pipe and {@code /dev/stdout} cannot be renamed: they are written directly, at once.
 *   <li>A file without write permission is not replaced.
 *   <li>A shutdown of the JVM removes temporary files. A killed process can leave one, named {@code .peft-*.tmp}.
 * </ul>
 *
 * <p>Not safe for concurrent use; several instances may write to one directory at a time.
 */
public final class AtomicFiles implements Closeable {

    private final UnaryOperator<OutputStream> disk;
    private final List<StagedFile> staged = new ArrayList<>();

    /** Starts with no files. */
    public AtomicFiles() {
        this(UnaryOperator.identity());
    }

    /**
     * Starts with no files.
     *
     * @param disk replaces the stream to a temporary file, for tests
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

    /** Checks that a file can be written. Leaves nothing behind. */
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
            // Another process uses the directory by now, so it stays.
        }
    }

    /**
     * Writes a text in UTF-8.
     *
     * @throws IOException as {@link #write} does
     */
    public void writeString(Path file, String text) throws IOException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Replaces all files by what was written.
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
