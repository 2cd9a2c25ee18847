package io.github.tribuopeft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Directory with the checkpoints of one run. A file lock keeps other processes out. The files are named by the number
 * of steps: {@code step-00000120.checkpoint}.
 */
final class CheckpointDirectory implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(CheckpointDirectory.class.getName());
    private static final Pattern NAME = Pattern.compile("step-(\\d{8,18})\\.checkpoint");
    private static final Pattern TEMPORARY = Pattern.compile("\\.peft-[0-9a-f]+\\.tmp");
    private static final String LOCK = ".lock";

    private final CheckpointPolicy policy;
    private final FileChannel lock;

    /** Checkpoint with its number of steps. */
    private record Numbered(long step, Path file) {}

    /** File operation. */
    private interface Operation<V> {
        V run() throws IOException;
    }

    private CheckpointDirectory(CheckpointPolicy policy, FileChannel lock) {
        this.policy = policy;
        this.lock = lock;
    }

    /**
     * Opens a directory and removes what a killed process left.
     *
     * @throws IllegalArgumentException if the directory contains other files, or checkpoints although the run starts
     *     from the beginning, or if another training run uses it
     * @throws UncheckedIOException if the directory cannot be created or read
     */
    static CheckpointDirectory open(CheckpointPolicy policy) {
        Path directory = policy.directory();
        try {
            return uninterrupted(() -> {
                requireFiles(directory);
                Files.createDirectories(directory);
                CheckpointDirectory opened = new CheckpointDirectory(policy, lock(directory));
                boolean usable = false;
                try {
                    opened.requireOwn();
                    usable = true;
                } finally {
                    if (!usable) {
                        opened.close();
                    }
                }
                return opened;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be used for checkpoints: " + e.getMessage(), e);
        }
    }

    private static void requireFiles(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " is a file; expected a directory for checkpoints");
        }
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> !isOwn(file)).sorted().findFirst().ifPresent(file -> {
                throw new IllegalArgumentException(directory + " contains " + file.getFileName()
                        + ", which is not a checkpoint; expected an empty directory or one with checkpoints only");
            });
        }
    }

    private static boolean isOwn(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && (name.equals(LOCK)
                        || NAME.matcher(name).matches()
                        || TEMPORARY.matcher(name).matches());
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOGGER.log(Level.FINE, "Another training run in this process holds the lock", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IllegalArgumentException(
                "Another training run writes checkpoints to " + directory + "; expected a directory of its own");
    }

    private void requireOwn() throws IOException {
        List<Numbered> found = checkpoints();
        if (!found.isEmpty() && !policy.resumes()) {
            throw new IllegalArgumentException(policy.directory() + " contains "
                    + found.get(0).file().getFileName()
                    + ", a checkpoint of an earlier run. Resume that run, or use another directory");
        }
        try (Stream<Path> files = Files.list(policy.directory())) {
            for (Path file : files.filter(path ->
                            TEMPORARY.matcher(path.getFileName().toString()).matches())
                    .toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Returns the checkpoints, the newest first. */
    private List<Numbered> checkpoints() throws IOException {
        List<Numbered> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(policy.directory())) {
            files.forEach(file -> {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.add(new Numbered(Long.parseLong(name.group(1)), file));
                }
            });
        }
        found.sort(Comparator.comparingLong(Numbered::step).reversed());
        return found;
    }

    /**
     * Returns the newest checkpoint that can be read; empty if there is none. Logs a warning for each newer one that is
     * damaged.
     *
     * @throws IllegalArgumentException if the directory has checkpoints, but none can be read; if one has a later
     *     format; or if it belongs to another run, with the setting that differs
     * @throws UncheckedIOException if the directory cannot be read
     */
    Optional<CheckpointFile> newest(RunIdentity identity) {
        try {
            return uninterrupted(() -> {
                List<String> damages = new ArrayList<>();
                for (Numbered checkpoint : checkpoints()) {
                    CheckpointFile found;
                    try {
                        found = CheckpointFile.read(checkpoint.file());
                    } catch (CheckpointFile.LaterVersionException e) {
                        throw new IllegalArgumentException(e.getMessage(), e);
                    } catch (IOException e) {
                        if (Thread.currentThread().isInterrupted()) {
                            throw e; // is read again
                        }
                        damages.add(e.getMessage());
                        continue;
                    }
                    found.identity().difference(identity).ifPresent(difference -> {
                        throw new IllegalArgumentException(
                                checkpoint.file() + " belongs to another training run: they differ in " + difference);
                    });
                    damages.forEach(
                            damage -> LOGGER.warning(() -> damage + "; training resumes from " + checkpoint.file()));
                    return Optional.of(found);
                }
                if (!damages.isEmpty()) {
                    throw new IllegalArgumentException("No checkpoint in " + policy.directory() + " can be read: "
                            + damages.get(0) + ". Delete the directory to start from the beginning");
                }
                return Optional.empty();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(policy.directory() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the checkpoint after a number of steps and deletes old and damaged ones.
     *
     * @throws IOException if the checkpoint cannot be written; the earlier ones are unchanged
     */
    void write(CheckpointFile checkpoint, long step) throws IOException {
        Path file = policy.directory().resolve(String.format(Locale.ROOT, "step-%08d.checkpoint", step));
        uninterrupted(() -> {
            checkpoint.write(file);
            return file;
        });
        try {
            int kept = 0;
            for (Numbered found : checkpoints()) {
                // one with a higher number was damaged when this run resumed
                if (found.step() > step || ++kept > policy.keep()) {
                    Files.deleteIfExists(found.file());
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Old checkpoints in " + policy.directory() + " cannot be deleted");
        }
    }

    /**
     * Runs an operation to its end in an interrupted thread, whose file channels Java closes. The interrupt flag is set
     * again afterwards.
     */
    private static <V> V uninterrupted(Operation<V> operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return operation.run();
                } catch (IOException e) {
                    if (!Thread.interrupted()) {
                        throw e;
                    }
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The lock is released when the process ends", e);
        }
    }
}
