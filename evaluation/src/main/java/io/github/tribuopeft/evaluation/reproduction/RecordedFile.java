package io.github.tribuopeft.evaluation.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import io.github.tribuopeft.io.MovedPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Data file in a provenance: a path, which may be that of another machine, and the hash of the content.
 *
 * @param path the recorded path
 * @param algorithm the algorithm of the hash
 * @param hash the hash in hexadecimal digits
 */
record RecordedFile(String path, HashType algorithm, String hash) {

    /**
     * Finds the file at one of the {@linkplain MovedPath#candidates possible paths}.
     *
     * @throws RecordedDataException if no file has the content; the message has the expected and all found hashes
     */
    Path find(List<Path> roots) {
        List<String> found = new ArrayList<>();
        for (Path candidate : MovedPath.candidates(path, roots)) {
            if (Files.isRegularFile(candidate)) {
                String actual = ProvenanceUtil.hashResource(algorithm, candidate);
                if (actual.equalsIgnoreCase(hash)) {
                    return candidate;
                }
                found.add(candidate + " has " + algorithm + " " + actual.toLowerCase(Locale.ROOT));
            }
        }
        throw new RecordedDataException(
                found.isEmpty()
                        ? "The data file " + path + " is missing; expected a file with " + algorithm + " "
                                + hash.toLowerCase(Locale.ROOT) + (roots.isEmpty() ? "" : ", there or below " + roots)
                        : "The data file has changed: " + String.join("; ", found) + ", but the model was trained on "
                                + algorithm + " " + hash.toLowerCase(Locale.ROOT));
    }
}
