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
 * The files that a command reads and writes. {@link #check} finds, before the work begins, a destination that cannot be written and two options that
 * name one file. An option that was not given is null and is left out.
 */
final class Destinations {

    /** Names of the files that backbones and adapters consist of, beside their weights. */
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
                return false; // what cannot be read is reported when it is read
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

    /** Adds a directory that the command writes files of these names into. */
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
     * @throws UsageException if one cannot be written, or is an input or another destination too
     */
    void check() {
        for (int i = 0; i < outputs.size(); i++) {
            Named output = outputs.get(i);
            requireName(output);
            for (Named other : Stream.concat(outputs.subList(0, i).stream(), inputs.stream())
                    .toList()) {
                if (output.isSame(other)) {
                    throw new UsageException(output.option() + ": " + output.path() + " is the same file as "
                            + other.option() + " " + other.path() + "; expected another one");
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

    /** Returns the place of a file that need not exist: symbolic links in its parent directories are followed. */
    private static Path real(Path path) throws IOException {
        Path whole = path.toAbsolutePath().normalize();
        if (Files.exists(whole) || whole.getParent() == null) {
            return whole.toRealPath();
        }
        return real(whole.getParent()).resolve(whole.getFileName());
    }
}
