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
 * Permissions, owner and group that a new file inherits from the file it replaces.
 *
 * @param replaced attributes of the existing file; empty for a new file and on file systems that are not POSIX
 */
record Attributes(Optional<PosixFileAttributes> replaced) {

    static Attributes of(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return new Attributes(
                view == null || !Files.exists(file) ? Optional.empty() : Optional.of(view.readAttributes()));
    }

    /** Returns the attributes with which the temporary file is created: the permissions of the existing file. */
    FileAttribute<?>[] forCreation() {
        return replaced.map(existing ->
                        new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(existing.permissions())})
                .orElse(new FileAttribute<?>[0]);
    }

    /** Sets the attributes of the temporary file to those of the existing file. */
    void applyTo(Path temporary) throws IOException {
        if (replaced.isEmpty()) {
            return;
        }
        PosixFileAttributes existing = replaced.get();
        PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
        setOwner(existing, view);
        if (!view.readAttributes().permissions().equals(existing.permissions())) {
            view.setPermissions(existing.permissions());
        }
    }

    /** Sets owner and group. Only the superuser may do this; without permission, the writer owns the new file. */
    private static void setOwner(PosixFileAttributes existing, PosixFileAttributeView view) {
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
