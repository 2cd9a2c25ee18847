package io.github.tribuopeft.cli;

import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files that a command reads and writes. Before the command begins, {@link #check} detects destinations that cannot be
 * written, and options that name the same file. The path of an option that was not given is null and is ignored.
 */
final class Destinations {

    /** Names of the files of backbones and adapters, without the weights. */
    private static final Set<String> CONFIGURATIONS = Set.of(
            "config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "modules.json",
            "model.safetensors.index.json",
            "torchscript.json",
            "adapter_config.json");

    private static final List<String> WEIGHTS = List.of(".safetensors", ".pt", ".bin");

    private final List<Named> inputs = new ArrayList<>();
    private final List<Named> outputs = new ArrayList<>();

    /** Path with the option that names it. */
    private record Named(String option, Path path) {

        boolean isSame(Named other) {
            try {
                return Files.exists(path) && Files.exists(other.path)
                        ? Files.isRegularFile(path) && Files.isSameFile(path, other.path)
                        : real(path).equals(real(other.path));
            } catch (IOException e) {
                return false; // the error is reported when the file is read
            }
        }
    }

    /** Adds a file, or a directory of a backbone or an adapter, that the command reads. */
    Destinations reads(String option, Path path) {
        if (path == null) {
            return this;
        }
        inputs.add(new Named(option, path));
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.list(path)) {
                files.filter(Destinations::isPartOfModel).forEach(file -> inputs.add(new Named(option, file)));
            } catch (IOException e) {
                throw new UsageException(option + ": the directory " + path + " cannot be read", e);
            }
        }
        return this;
    }

    private static boolean isPartOfModel(Path file) {
        String name = file.getFileName().toString();
        return CONFIGURATIONS.contains(name) || WEIGHTS.stream().anyMatch(name::endsWith);
    }

    /** Adds a file that the command writes. */
    Destinations writes(String option, Path file) {
        if (file != null) {
            outputs.add(new Named(option, file));
        }
        return this;
    }

    /** Adds a directory into which the command writes files of these names. */
    Destinations writesInto(String option, Path directory, List<String> names) {
        if (directory.toString().isEmpty()) {
            throw new UsageException(option + ": the name is empty; expected a directory");
        }
        if (directory.toAbsolutePath().normalize().getNameCount() == 0) {
            throw new UsageException(option + ": " + directory + " is the root directory; expected another one");
        }
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new UsageException(option + ": " + directory + " is a file; expected a directory");
        }
        names.forEach(name -> outputs.add(new Named(option, directory.resolve(name))));
        return this;
    }

    /**
     * Checks all destinations and creates their missing parent directories.
     *
     * @throws UsageException if a destination cannot be written, or is also an input or another destination
     */
    void check() {
        for (int i = 0; i < outputs.size(); i++) {
            Named output = outputs.get(i);
            requireName(output);
            for (Named other : Stream.concat(outputs.subList(0, i).stream(), inputs.stream())
                    .toList()) {
                if (output.isSame(other)) {
                    throw new UsageException(output.option() + ": " + output.path() + " is the same file as "
                            + other.option() + " " + other.path() + "; expected another file");
                }
            }
        }
        outputs.forEach(Destinations::requireWritable);
    }

    private static void requireName(Named output) {
        if (output.path().toString().isEmpty()) {
            throw new UsageException(output.option() + ": the name is empty; expected a file");
        }
        if (Files.isDirectory(output.path())) {
            throw new UsageException(output.option() + ": " + output.path() + " is a directory; expected a file");
        }
    }

    private static void requireWritable(Named output) {
        try {
            AtomicFile.check(output.path());
        } catch (IOException e) {
            throw new UsageException(output.option() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the absolute path of a file that may not exist. Symbolic links in its parent directories are resolved.
     */
    private static Path real(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        if (Files.exists(absolute) || absolute.getParent() == null) {
            return absolute.toRealPath();
        }
        return real(absolute.getParent()).resolve(absolute.getFileName());
    }
}
