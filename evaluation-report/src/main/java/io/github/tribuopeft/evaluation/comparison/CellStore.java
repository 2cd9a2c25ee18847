package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Files of finished cells, so that an interrupted comparison can resume. Each file is named by the configuration of its
 * cell. Two comparisons can use one folder at the same time, because files are written atomically.
 */
final class CellStore {

    /** File name suffix of the provenance of a cell's model. */
    private static final String PROVENANCE = ".provenance.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Rejects missing properties, which Jackson would otherwise set to zero. */
    private static final ObjectReader STRICT = JSON.readerFor(Cell.class)
            .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path folder;
    private final Scoring scoring;
    private final List<TestItem> items;
    private final ComparisonListener listener;
    private final Set<Path> reported = new HashSet<>();

    /**
     * Opens the store of a comparison.
     *
     * @param folder folder of the files; created if missing
     * @param listener receives damaged files
     * @throws IOException if files cannot be written to the folder
     */
    CellStore(Path folder, Benchmark<?, ?> benchmark, ComparisonListener listener) throws IOException {
        AtomicFile.check(folder.resolve("cell.json"));
        this.folder = folder;
        this.scoring = benchmark.scoring();
        this.items = benchmark.items();
        this.listener = listener;
    }

    /**
     * Returns the finished cell of a configuration. A damaged file is reported to the listener and treated as missing,
     * so that the cell is trained again.
     *
     * @throws IOException if the file cannot be read or was written by a newer version
     */
    Optional<Cell> find(Cell.Key key, String configuration) throws IOException {
        Path file = file(configuration);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String damage;
        try {
            Cell cell = STRICT.readValue(file.toFile());
            damage = damage(cell, key, configuration);
            if (damage == null) {
                return Optional.of(cell);
            }
        } catch (JsonProcessingException e) {
            FileFormat.requireKnown(file);
            damage = e.getOriginalMessage();
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (reported.add(file)) {
            listener.onDamagedCell(key, file, damage);
        }
        return Optional.empty();
    }

    /** Returns the damage of a cell, or null if it is valid. */
    private String damage(Cell cell, Cell.Key key, String configuration) {
        if (!configuration.equals(cell.configuration()) || !key.equals(cell.key())) {
            return "it is the cell of another configuration";
        }
        List<List<String>> predictions = cell.predictions();
        boolean matches = predictions.size() == items.size()
                && IntStream.range(0, predictions.size())
                        .allMatch(i -> predictions.get(i) != null
                                && !predictions.get(i).contains(null)
                                && scoring.fits(items.get(i).gold(), predictions.get(i)));
        if (!matches) {
            return "its predictions do not match the test set";
        }
        return scoring.metrics(items, predictions).equals(cell.metrics())
                ? null
                : "its metrics are not the metrics of its predictions";
    }

    /**
     * Writes the provenance of a cell's model. Called before {@link #put}, so that a finished cell has its provenance.
     *
     * @param record the provenance as JSON
     */
    void putRecord(String configuration, String record) throws IOException {
        AtomicFile.writeString(folder.resolve(configuration + PROVENANCE), record);
    }

    /** Writes a cell atomically and deletes its checkpoints. */
    void put(Cell cell) throws IOException {
        AtomicFile.write(file(cell.configuration()), out -> JSON.writeValue(out, cell));
        Path checkpoints = checkpoints(cell.configuration());
        if (Files.isDirectory(checkpoints)) {
            try (Stream<Path> files = Files.list(checkpoints)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(checkpoints);
        }
    }

    /** Returns the directory of the checkpoints of an unfinished cell, which may not exist. */
    Path checkpoints(String configuration) {
        return folder.resolve(configuration + ".checkpoints");
    }

    private Path file(String configuration) {
        return folder.resolve(configuration + ".json");
    }
}
