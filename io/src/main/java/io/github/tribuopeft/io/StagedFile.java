package io.github.tribuopeft.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * Complete temporary file next to the file that it replaces.
 *
 * @param target the file to replace
 * @param temporary the temporary file
 */
record StagedFile(Target target, Path temporary) {

    /** Writes a temporary file to disk, or removes it if that fails. */
    static StagedFile write(Target target, Content content, UnaryOperator<OutputStream> disk) throws IOException {
        target.prepare();
        StagedFile staged = new StagedFile(
                target,
                target.path()
                        .resolveSibling(".peft-"
                                + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp"));
        boolean complete = false;
        boolean interrupted = Thread.interrupted(); // Java closes the channel of an interrupted thread
        Leftovers.add(staged.temporary);
        try {
            staged.fill(content, disk);
            complete = true;
        } finally {
            if (!complete) {
                staged.discard();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return staged;
    }

    private void fill(Content content, UnaryOperator<OutputStream> disk) throws IOException {
        Attributes attributes = Attributes.of(target.path());
        try (FileChannel channel = create(attributes)) {
            NamedOutputStream out = new NamedOutputStream(target.name(), disk.apply(Channels.newOutputStream(channel)));
            out.writeAll(content);
            force(channel, attributes);
        }
    }

    private FileChannel create(Attributes attributes) throws IOException {
        try {
            return FileChannel.open(
                    temporary,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    attributes.forCreation());
        } catch (IOException e) {
            throw Failure.of(target.name(), e);
        }
    }

    private void force(FileChannel channel, Attributes attributes) throws IOException {
        try {
            attributes.applyTo(temporary);
            channel.force(true);
        } catch (IOException e) {
            throw Failure.of(target.name(), e);
        }
    }

    /** Replaces the target. */
    void commit() throws IOException {
        try {
            Files.move(temporary, target.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Failure.of(target.name(), e);
        }
        Leftovers.remove(temporary);
    }

    /** Removes the temporary file, if it still exists. */
    void discard() {
        Leftovers.delete(temporary);
    }
}
