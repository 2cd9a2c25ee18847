package io.github.tribuopeft.huggingface.files;

import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Directory with the files of a backbone. An error names the directory and the file.
 *
 * @param path the directory
 */
public record BackboneDirectory(Path path) {

    private static final String TOKENIZER = "tokenizer.json";

    /** Returns the name of the directory. */
    public String name() {
        Path last = path.toAbsolutePath().normalize().getFileName();
        return last == null ? path.toString() : last.toString();
    }

    /**
     * Returns a required file.
     *
     * @param remedy advice for the error if the file is missing
     * @throws BackboneException if the file is missing, cannot be read or is a Git LFS pointer
     */
    public Path file(String name, String remedy) {
        if (!Files.isDirectory(path)) {
            throw new BackboneException("There is no backbone directory " + path);
        }
        Path file = path.resolve(name);
        if (!isFile(file)) {
            throw new BackboneException("The backbone directory " + path + " has no " + name + ". " + remedy);
        }
        GitLfsPointer.refuse(file);
        return file;
    }

    private static boolean isFile(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).isRegularFile();
        } catch (AccessDeniedException e) {
            throw BackboneException.unreadable(file, e);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns the {@code tokenizer.json}.
     *
     * @throws BackboneException if the file is missing, cannot be read or is a Git LFS pointer
     */
    public Path tokenizer() {
        return file(
                TOKENIZER,
                "Make it once, in that directory: python -c \"from transformers import AutoTokenizer; "
                        + "AutoTokenizer.from_pretrained('.').save_pretrained('.')\"");
    }

    /** Computes a hash of files. */
    @FunctionalInterface
    public interface Hashing {

        /** Returns a SHA-256 in hexadecimal digits. */
        String sha256() throws IOException;
    }

    /**
     * Returns the SHA-256 of a file.
     *
     * @throws BackboneException if the file cannot be read
     */
    public static String hash(Path file) {
        return hash(file, () -> Fingerprint.sha256(Files.newInputStream(file)));
    }

    /**
     * Returns a hash of files.
     *
     * @param path the file or directory that an error names
     * @throws BackboneException if a file cannot be read
     */
    public static String hash(Path path, Hashing hashing) {
        try {
            return hashing.sha256();
        } catch (IOException e) {
            throw BackboneException.unreadable(path, e);
        }
    }
}
