package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Fingerprint;
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
 * The files that hold a directory's weights: {@code model.safetensors} alone, or {@code model.safetensors.index.json} and the shards that it names.
 *
 * @param index the list of the shards, empty where there is but one file
 * @param shards what each file is there for; in the order of their names. Empty sets stand for all that a file holds
 */
record WeightFiles(Optional<Path> index, SortedMap<Path, Set<String>> shards) {

    static final String WHOLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    /**
     * Finds a directory's weights.
     *
     * @throws BackboneException if there are none, or only in a format that is not read, or the index is wrong
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
        JsonNode places = JsonFile.read(index).path("weight_map");
        if (!places.isObject() || places.isEmpty()) {
            throw new BackboneException(index + " has no 'weight_map' from the names of weights to those of files");
        }
        SortedMap<Path, Set<String>> shards = new TreeMap<>();
        places.fields().forEachRemaining(place -> shards.computeIfAbsent(
                        shard(index, place.getKey(), place.getValue()), file -> new TreeSet<>())
                .add(place.getKey()));
        return new WeightFiles(Optional.of(index), shards);
    }

    /** A shard lies beside its index: an index from elsewhere must not make us open any other file. */
    private static Path shard(Path index, String weight, JsonNode name) {
        try {
            Path shard = index.resolveSibling(name.textValue() == null ? "" : name.textValue());
            Path plain = shard.getFileName();
            if (plain != null && index.resolveSibling(plain).equals(shard) && Files.isRegularFile(shard)) {
                return shard;
            }
        } catch (InvalidPathException e) {
            throw new BackboneException(index + ": weight '" + weight + "' lies in no possible file: " + name, e);
        }
        throw new BackboneException(index + ": weight '" + weight + "' should lie in " + name
                + ", which is no file of this directory. Download all shards into it");
    }

    /** All files. */
    List<Path> all() {
        return Stream.concat(index.stream(), shards.keySet().stream()).toList();
    }

    /** SHA-256 of the one file; or of the names and hashes of all, the index first and then the shards by name. */
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
     * @throws BackboneException if one is no whole safetensors file, or lacks a weight that the index looks for in it
     */
    CheckpointTensors open() {
        CheckpointTensors tensors = new CheckpointTensors();
        shards.forEach((path, weights) -> {
            SafetensorsFile file = SafetensorsFile.open(path);
            Set<String> held = file.shapes().keySet();
            tensors.add(file, weights.isEmpty() ? held : weights);
            weights.stream()
                    .filter(weight -> !held.contains(weight))
                    .findFirst()
                    .ifPresent(weight -> {
                        throw new BackboneException(path + " has no tensor '" + weight + "', which "
                                + index.orElseThrow().getFileName()
                                + " says it has: index and shards do not belong together");
                    });
        });
        return tensors;
    }
}
