package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Files with the weights of a directory: {@code model.safetensors}, or {@code model.safetensors.index.json} and the
 * shards that it names.
 *
 * @param index the index of the shards; empty if there is only one file
 * @param shards the names of the weights in each file, in the order of the files' names; an empty set stands for all
 *     tensors of a file
 */
record WeightFiles(Optional<Path> index, SortedMap<Path, Set<String>> shards) {

    static final String WHOLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    /**
     * Finds a directory's weights.
     *
     * @throws BackboneException if there are no weights, their format is not read, or the index is not valid
     */
    static WeightFiles in(Path directory) {
        Path whole = directory.resolve(WHOLE);
        if (Files.isRegularFile(whole)) {
            return new WeightFiles(Optional.empty(), new TreeMap<>(Map.of(whole, Set.of())));
        }
        Path index = directory.resolve(INDEX);
        if (Files.isRegularFile(index)) {
            return listed(index);
        }
        throw UnsupportedWeights.in(directory);
    }

    private static WeightFiles listed(Path index) {
        JsonNode weights = ConfigFile.read(index).json().path("weight_map");
        if (!weights.isObject() || weights.isEmpty()) {
            throw new BackboneException(index + " has no 'weight_map' from names of weights to names of files");
        }
        SortedMap<Path, Set<String>> shards = new TreeMap<>();
        weights.fields().forEachRemaining(weight -> shards.computeIfAbsent(
                        shard(index, weight.getKey(), weight.getValue()), file -> new TreeSet<>())
                .add(weight.getKey()));
        return new WeightFiles(Optional.of(index), shards);
    }

    /** Returns a shard in the directory of the index. An index must not refer to any other file. */
    private static Path shard(Path index, String weight, JsonNode name) {
        try {
            Path shard = index.resolveSibling(name.textValue() == null ? "" : name.textValue());
            Path plain = shard.getFileName();
            if (plain != null && index.resolveSibling(plain).equals(shard) && Files.isRegularFile(shard)) {
                return shard;
            }
        } catch (InvalidPathException e) {
            throw new BackboneException(index + ": weight '" + weight + "' has an invalid file name: " + name, e);
        }
        throw new BackboneException(index + ": weight '" + weight + "' should be in " + name
                + ", which is not a file of this directory. Download all shards into it");
    }

    /** Returns all files. */
    List<Path> all() {
        return Stream.concat(index.stream(), shards.keySet().stream()).toList();
    }

    /**
     * Returns the SHA-256 of the single file, or of the hash of the index and the names and hashes of the shards by
     * name.
     */
    String sha256() throws IOException {
        if (index.isEmpty()) {
            return sha256(shards.firstKey());
        }
        StringBuilder all = new StringBuilder(sha256(index.get()));
        for (Path shard : shards.keySet()) {
            all.append('\n').append(shard.getFileName()).append(' ').append(sha256(shard));
        }
        return Fingerprint.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(Path file) throws IOException {
        return Fingerprint.sha256(Files.newInputStream(file));
    }

    /**
     * Reads the headers of all files.
     *
     * @throws BackboneException if a file is not a complete safetensors file, or does not contain a weight that the
     *     index lists for it
     */
    CheckpointTensors open() {
        CheckpointTensors tensors = new CheckpointTensors();
        shards.forEach((path, weights) -> {
            SafetensorsFile file = SafetensorsFile.open(path);
            Set<String> names = file.shapes().keySet();
            tensors.add(file, weights.isEmpty() ? names : weights);
            weights.stream()
                    .filter(weight -> !names.contains(weight))
                    .findFirst()
                    .ifPresent(weight -> {
                        throw new BackboneException(path + " has no tensor '" + weight + "', which "
                                + index.orElseThrow().getFileName()
                                + " lists for it: index and shards do not belong together");
                    });
        });
        return tensors;
    }
}
