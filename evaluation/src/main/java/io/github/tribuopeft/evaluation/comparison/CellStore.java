package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finished cells in a folder, one file each, named by their configuration: what a killed comparison leaves to the next run. */
final class CellStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    /**
     * Opens a folder.
     *
     * @throws IOException if files cannot be written there
     */
    CellStore(Path folder) throws IOException {
        AtomicFile.check(folder.resolve("cell.json"));
        this.folder = folder;
    }

    /** The finished cell of a configuration. A file that cannot be read counts as not there: its cell is trained again. */
    Optional<Cell> find(String configuration) throws IOException {
        Path file = file(configuration);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Cell cell = JSON.readValue(file.toFile(), Cell.class);
            return Optional.of(cell).filter(found -> configuration.equals(found.configuration()));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Keeps a cell. The file appears at once as a whole, or not at all. */
    void put(Cell cell) throws IOException {
        AtomicFile.write(file(cell.configuration()), out -> JSON.writeValue(out, cell));
    }

    private Path file(String configuration) {
        return folder.resolve(configuration + ".json");
    }
}
