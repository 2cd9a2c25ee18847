package io.github.tribuopeft.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The two files of an adapter directory. A symbolic link is followed, since the hub's cache consists of links; nothing else outside the directory is
 * read, whatever the files say.
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
     * The files of a directory.
     *
     * @throws AdapterException if the directory or a file is missing, unreadable, or a Git LFS pointer
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
        try {
            if (GitLfsPointer.isAt(file)) {
                throw new AdapterException(file + " is a Git LFS pointer, not the file itself."
                        + " Fetch the file with 'git lfs pull' in that directory, or download it from the hub");
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private String remedy(String name) {
        return name.equals(TENSORS) && Files.isRegularFile(directory.resolve(PICKLED))
                ? "it has " + PICKLED + ", which is not read, because unpickling can run code."
                        + " Convert it once, in that directory: " + CONVERSION
                : "expected " + CONFIG + " and " + TENSORS;
    }

    /** The error for a file that cannot be read; it gives the reason. */
    static AdapterException unreadable(Path file, IOException reason) {
        return new AdapterException(file + " cannot be read: " + reason(file, reason), reason);
    }

    /** Java's file errors often have the path alone as their message. */
    private static String reason(Path file, IOException error) {
        if (error instanceof java.nio.file.AccessDeniedException) {
            return "permission denied";
        }
        if (error instanceof java.nio.file.NoSuchFileException) {
            return "it was removed";
        }
        String message = error.getMessage();
        return message == null || message.equals(file.toString())
                ? error.getClass().getSimpleName()
                : message;
    }
}
