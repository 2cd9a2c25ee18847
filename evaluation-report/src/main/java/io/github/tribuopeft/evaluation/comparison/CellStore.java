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

/**
 * Finished cells in a folder, one file each, named by their configuration: what a killed comparison leaves to the next run. Two comparisons may
 * use one folder at once: each writes a file of its own and then gives it its name, so that a cell is always whole.
 */
final class CellStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Without these, fields that are missing would become zeros. */
    private static final ObjectReader STRICT = JSON.readerFor(Cell.class)
            .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path folder;
    private final Scoring scoring;
    private final List<TestItem> items;
    private final ComparisonListener listener;
    private final Set<Path> told = new HashSet<>();

    /**
     * A store of one comparison.
     *
     * @param folder made if it is not there
     * @param listener receives the files that are damaged
     * @throws IOException if files cannot be written in the folder
     */
    CellStore(Path folder, Benchmark<?, ?> benchmark, ComparisonListener listener) throws IOException {
        AtomicFile.check(folder.resolve("cell.json"));
        this.folder = folder;
        this.scoring = benchmark.scoring();
        this.items = benchmark.items();
        this.listener = listener;
    }

    /**
     * The finished cell of a configuration. A file that does not hold it is told to the listener and counts as not there: the cell is trained
     * again.
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
            damage = e.getOriginalMessage();
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (told.add(file)) {
            listener.onDamagedCell(key, file, damage);
        }
        return Optional.empty();
    }

    /** What is wrong with a cell; null if nothing is. */
    private String damage(Cell cell, Cell.Key key, String configuration) {
        if (!configuration.equals(cell.configuration()) || !key.equals(cell.key())) {
            return "it is the cell of another configuration";
        }
        List<List<String>> answers = cell.predictions();
        boolean fits = answers.size() == items.size()
                && IntStream.range(0, answers.size())
                        .allMatch(i -> answers.get(i) != null
                                && !answers.get(i).contains(null)
                                && answers.get(i).size() == items.get(i).gold().size());
        if (!fits) {
            return "its predictions do not fit the test set";
        }
        return scoring.metrics(items, answers).equals(cell.metrics())
                ? null
                : "its metrics are not those of its predictions";
    }

    /** Keeps a cell. The file appears at once as a whole, or not at all. */
    void put(Cell cell) throws IOException {
        AtomicFile.write(file(cell.configuration()), out -> JSON.writeValue(out, cell));
    }

    private Path file(String configuration) {
        return folder.resolve(configuration + ".json");
    }
}
