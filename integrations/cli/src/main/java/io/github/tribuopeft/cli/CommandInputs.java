package io.github.tribuopeft.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import picocli.CommandLine.ParseResult;

/** Files and numbers in a command's options, for error messages about memory. */
final class CommandInputs {

    private static final long LARGE_FILE = 16 << 20;
    private static final long LARGE_NUMBER = 10_000;

    private record Input(String option, String value, long size) {}

    private CommandInputs() {}

    /** Returns a clause that names the largest file, or else the largest number; empty if all are small. */
    static String largest(ParseResult parsed) {
        ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        return largest(command, CommandInputs::bytes, LARGE_FILE)
                .map(file -> String.format(
                        Locale.ROOT,
                        "; the largest input is %s %s with %,d MB",
                        file.option,
                        file.value,
                        file.size >> 20))
                .or(() -> largest(command, CommandInputs::number, LARGE_NUMBER)
                        .map(number -> "; " + number.option + " is " + number.value))
                .orElse("");
    }

    private static Optional<Input> largest(ParseResult command, ToLongFunction<String> size, long smallest) {
        return command.matchedOptions().stream()
                .flatMap(option -> option.originalStringValues().stream()
                        .map(value -> new Input(option.longestName(), value, size.applyAsLong(value))))
                .filter(input -> input.size >= smallest)
                .max(Comparator.comparingLong(Input::size));
    }

    private static long number(String value) {
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
    }

    /** Returns the size of a file, or of the files in a directory; 0 if there is no such file. */
    private static long bytes(String value) {
        try (Stream<Path> files = Files.walk(Path.of(value), 1)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            return 0;
        }
    }
}
