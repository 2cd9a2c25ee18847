package io.github.tribuopeft.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Permissions, owner and group that a replaced file passes on.
 *
 * @param replaced those of the existing file; empty for a new file, and where the file system is not POSIX
 */
record Attributes(Optional<PosixFileAttributes> replaced) {

    static Attributes of(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return new Attributes(
                view == null || !Files.exists(file) ? Optional.empty() : Optional.of(view.readAttributes()));
    }

    /** Attributes to create the temporary file with, so that nobody can read it who could not read the existing file. */
    FileAttribute<?>[] forCreation() {
        return replaced.map(existing ->
                        new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(existing.permissions())})
                .orElse(new FileAttribute<?>[0]);
    }

    /** Gives the temporary file the attributes of the existing file, where they differ. */
    void applyTo(Path temporary) throws IOException {
        if (replaced.isEmpty()) {
            return;
        }
        PosixFileAttributes existing = replaced.get();
        PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
        giveTo(existing, view);
        if (!view.readAttributes().permissions().equals(existing.permissions())) {
            view.setPermissions(existing.permissions());
        }
    }

    /** Only the superuser may give files away: for others the writer owns the new file. */
    private static void giveTo(PosixFileAttributes existing, PosixFileAttributeView view) {
        try {
            if (!view.getOwner().equals(existing.owner())) {
                view.setOwner(existing.owner());
            }
            if (!view.readAttributes().group().equals(existing.group())) {
                view.setGroup(existing.group());
            }
        } catch (IOException e) {
            return;
        }
    }
}
