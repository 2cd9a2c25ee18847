package io.github.tribuopeft.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The files that a command was given, for messages about what is too large. */
final class CommandInputs {

    private record Input(String option, String value, long bytes) {}

    private CommandInputs() {}

    /** Names the largest file or directory that an option of a command names, with its size; empty if there is none. */
    static String largest(ParseResult parsed) {
        ParseResult command = parsed;
        while (command.hasSubcommand()) {
            command = command.subcommand();
        }
        return command.matchedOptions().stream()
                .flatMap(option -> input(option).stream())
                .max(Comparator.comparingLong(Input::bytes))
                .map(largest -> String.format(
                        Locale.ROOT,
                        "; the largest input is %s %s with %,d MB",
                        largest.option,
                        largest.value,
                        largest.bytes >> 20))
                .orElse("");
    }

    private static Optional<Input> input(OptionSpec option) {
        return option.originalStringValues().stream().findFirst().flatMap(value -> {
            try {
                Path path = Path.of(value);
                return Files.exists(path)
                        ? Optional.of(new Input(option.longestName(), value, bytes(path)))
                        : Optional.empty();
            } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
                return Optional.empty(); // not a file that could be measured
            }
        });
    }

    private static long bytes(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path, 1)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
