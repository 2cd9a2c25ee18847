package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The files of a backbone in one directory; an error names the directory and the file.
 *
 * @param path the directory
 */
record BackboneDirectory(Path path) {

    private static final String TOKENIZER = "tokenizer.json";

    /** The directory's name. */
    String name() {
        Path last = path.toAbsolutePath().normalize().getFileName();
        return last == null ? path.toString() : last.toString();
    }

    /**
     * A file that has to be there.
     *
     * @param remedy what to do if it is not
     * @throws BackboneException if it is not, cannot be read or is a Git LFS pointer
     */
    Path file(String name, String remedy) {
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

    /** The {@code tokenizer.json}. */
    Path tokenizer() {
        return file(
                TOKENIZER,
                "Make it once, in that directory: python -c \"from transformers import AutoTokenizer; "
                        + "AutoTokenizer.from_pretrained('.').save_pretrained('.')\"");
    }

    /** Reads files and gives a hash of them. */
    interface Hashing {
        String sha256() throws IOException;
    }

    /** SHA-256 of a file. */
    static String hash(Path file) {
        return hash(file, () -> Fingerprint.sha256(Files.newInputStream(file)));
    }

    /**
     * A hash of files.
     *
     * @param what what cannot be read if the hashing fails
     */
    static String hash(Path what, Hashing hashing) {
        try {
            return hashing.sha256();
        } catch (IOException e) {
            throw BackboneException.unreadable(what, e);
        }
    }
}
