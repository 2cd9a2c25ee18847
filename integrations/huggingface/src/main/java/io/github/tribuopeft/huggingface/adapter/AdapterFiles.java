package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneInterruptedException;
import io.github.tribuopeft.huggingface.files.BackboneDirectory;
import io.github.tribuopeft.huggingface.files.GitLfsPointer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The two files of an adapter directory. Symbolic links are followed, because the cache of the Hugging Face hub
 * consists of links. No other file outside the directory is read, whatever the two files contain.
 *
 * @param directory the directory
 */
record AdapterFiles(Path directory) {

    static final String CONFIG = "adapter_config.json";
    static final String TENSORS = "adapter_model.safetensors";
    private static final String PICKLED = "adapter_model.bin";

    private static final String CONVERSION = "python -c \"import torch; from safetensors.torch import save_file; "
            + "save_file({k: v.clone().contiguous() for k, v in torch.load('" + PICKLED
            + "', map_location='cpu', weights_only=True).items()}, '" + TENSORS + "', metadata={'format': 'pt'})\"";

    /**
     * Returns the files of a directory.
     *
     * @throws AdapterException if the directory or a file is missing, unreadable or a Git LFS pointer
     */
    static AdapterFiles in(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new AdapterException((Files.exists(directory)
                            ? directory + " is not a directory"
                            : "There is no adapter directory " + directory)
                    + "; expected a directory with " + CONFIG + " and " + TENSORS);
        }
        AdapterFiles files = new AdapterFiles(directory);
        files.check(CONFIG);
        files.check(TENSORS);
        return files;
    }

    Path config() {
        return directory.resolve(CONFIG);
    }

    Path tensors() {
        return directory.resolve(TENSORS);
    }

    private void check(String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw Files.exists(file)
                    ? new AdapterException(file + " is not a file")
                    : new AdapterException(
                            "The adapter directory " + directory + " has no " + name + "; " + remedy(name));
        }
        reading(() -> {
            GitLfsPointer.refuse(file);
            return file;
        });
    }

    private String remedy(String name) {
        return name.equals(TENSORS) && Files.isRegularFile(directory.resolve(PICKLED))
                ? "it has " + PICKLED + ", which is not read, because unpickling can run code."
                        + " Convert it once, in that directory: " + CONVERSION
                : "expected " + CONFIG + " and " + TENSORS;
    }

    /** Returns the SHA-256 of {@code adapter_config.json}. */
    String configHash() {
        return reading(() -> BackboneDirectory.hash(config()));
    }

    /** Returns the SHA-256 of {@code adapter_model.safetensors}. */
    String tensorsHash() {
        return reading(() -> BackboneDirectory.hash(tensors()));
    }

    /**
     * Reads from a file and turns an error into one about the adapter.
     *
     * @throws AdapterException if {@code read} throws a {@link BackboneException}
     * @throws BackboneInterruptedException if the thread was interrupted
     */
    static <T> T reading(Supplier<T> read) {
        try {
            return read.get();
        } catch (BackboneInterruptedException e) {
            throw e;
        } catch (BackboneException e) {
            throw new AdapterException(e.getMessage(), e);
        }
    }
}
