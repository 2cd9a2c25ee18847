package io.github.tribuopeft.evaluation.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Data file in a provenance: a path, which may be that of another machine, and the hash of the content.
 *
 * @param path the recorded path
 * @param algorithm the algorithm of the hash
 * @param hash the hash in hexadecimal digits
 */
record RecordedFile(String path, HashType algorithm, String hash) {

    /**
     * Finds the file: by the end of its path below each root, from the longest to the name alone, then at its path.
     *
     * @throws RecordedDataException if no file has the content; the message has the expected and all found hashes
     */
    Path find(List<Path> roots) {
        List<String> found = new ArrayList<>();
        for (Path candidate : candidates(roots)) {
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

    private Set<Path> candidates(List<Path> roots) {
        String[] names = Arrays.stream(path.split("[/\\\\]"))
                .filter(name -> !name.isEmpty() && !name.equals(".") && !name.equals(".."))
                .toArray(String[]::new);
        Set<Path> candidates = new LinkedHashSet<>();
        for (Path root : roots) {
            for (int begin = 0; begin < names.length; begin++) {
                candidates.add(
                        root.resolve(String.join("/", Arrays.asList(names).subList(begin, names.length))));
            }
        }
        candidates.add(Path.of(path));
        return candidates;
    }
}
