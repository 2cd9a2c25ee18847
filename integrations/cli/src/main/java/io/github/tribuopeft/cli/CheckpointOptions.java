package io.github.tribuopeft.cli;

import io.github.tribuopeft.CheckpointPolicy;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options on the checkpoints of a training run. */
final class CheckpointOptions {

    private static final Pattern INTERVAL = Pattern.compile("([1-9]\\d{0,8})([smh]?)");

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description = "Directory for the checkpoints of this training run only. --resume continues a stopped run.")
    private Path directory;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "N|TIME",
            description = "Write a checkpoint every N steps, or at intervals such as 30s, 5m or 1h (default: 1m).")
    private String every;

    @Option(
            names = "--resume",
            description = "Resume from the newest checkpoint in the directory; without one, start from the beginning.")
    private boolean resume;

    /**
     * Adds the directory to the destinations of a command.
     *
     * @param outputs other files that the command writes, none of which may be in the directory; null if not given
     * @throws UsageException if the options do not fit each other, or the directory has checkpoints and there is no
     *     {@code --resume}
     */
    void addTo(Destinations destinations, Path... outputs) {
        if (directory == null) {
            if (resume || every != null) {
                throw new UsageException(
                        (resume ? "--resume" : "--checkpoint-every") + ": expected --checkpoint DIR too");
            }
            return;
        }
        interval();
        destinations.writesInto("--checkpoint", directory, List.of());
        Path own = directory.toAbsolutePath().normalize();
        for (Path output : outputs) {
            if (output != null && own.equals(output.toAbsolutePath().normalize().getParent())) {
                throw new UsageException("--checkpoint: " + output + " would be in " + directory
                        + "; expected a directory for checkpoints only");
            }
        }
        if (!resume && hasCheckpoints()) {
            throw new UsageException("--checkpoint: " + directory
                    + " has checkpoints; add --resume to resume their training, or name another directory");
        }
    }

    private boolean hasCheckpoints() {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".checkpoint"));
        } catch (IOException e) {
            throw new UsageException("--checkpoint: the directory " + directory + " cannot be read", e);
        }
    }

    /** Returns the policy; empty without a directory. */
    Optional<CheckpointPolicy> policy() {
        return Optional.ofNullable(directory).map(own -> {
            CheckpointPolicy policy = interval().apply(CheckpointPolicy.in(own));
            return resume ? policy.resume() : policy;
        });
    }

    private UnaryOperator<CheckpointPolicy> interval() {
        if (every == null) {
            return policy -> policy;
        }
        Matcher matcher = INTERVAL.matcher(every);
        if (!matcher.matches()) {
            throw new UsageException("--checkpoint-every: expected a number of steps such as 200, or a time such as"
                    + " 30s, 5m or 1h, but found '" + every + "'");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> policy -> policy.every(Duration.ofSeconds(count));
            case "m" -> policy -> policy.every(Duration.ofMinutes(count));
            case "h" -> policy -> policy.every(Duration.ofHours(count));
            default -> policy -> policy.everySteps(count);
        };
    }

    /** Returns the stop of the training by a signal. */
    SignalStop signalStop() {
        return directory == null
                ? new SignalStop(false, "nothing was kept; --checkpoint DIR keeps the state of a training run")
                : new SignalStop(true, "run the command again with --resume to resume the training");
    }

    /** Returns a listener that prints from where the training starts, if it should resume. */
    TrainingListener startNote() {
        return new TrainingListener() {
            @Override
            public void onStart(TrainingStart start, TrainingControl control) {
                if (resume) {
                    System.err.println("peft: note: "
                            + (control.steps() == 0
                                    ? directory + " has no checkpoint; the training starts from the beginning"
                                    : "the training resumes after step " + control.steps() + " of "
                                            + start.stepsPerEpoch() * start.epochs()));
                }
            }
        };
    }
}
