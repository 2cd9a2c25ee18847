package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import io.github.tribuopeft.ModelFileRegistry;
import io.github.tribuopeft.io.MovedPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Component in a provenance that reads files: the backbone or the checkpoint. It is created through the
 * {@link ModelFileRegistry}, because a provenance may not be trusted.
 *
 * @param provenance its provenance
 */
record RecordedComponent(ConfiguredObjectProvenance provenance) {

    /** Returns the recorded paths of its files or directories; usually one, or none for embedded files. */
    List<String> paths() {
        return provenance.getConfiguredParameters().values().stream()
                .filter(FileProvenance.class::isInstance)
                .map(path -> ((FileProvenance) path).getValue().toString())
                .toList();
    }

    /**
     * Creates the component once for each place where its files may be and something exists.
     *
     * @param roots directories to search before the recorded path
     * @throws IllegalArgumentException if its class is not registered, its settings are invalid, or only the user may
     *     name it
     */
    <C> List<C> candidates(List<Path> roots, Class<C> role) {
        List<String> recorded = paths();
        if (recorded.isEmpty()) {
            return List.of(create(Map.of(), role));
        }
        return MovedPath.candidates(recorded.get(0), roots).stream()
                .filter(Files::exists)
                .map(path ->
                        create(Map.of(recorded.get(0), path.toAbsolutePath().normalize()), role))
                .toList();
    }

    /** @param moved places of the recorded paths that have moved */
    private <C> C create(Map<String, Path> moved, Class<C> role) {
        Map<String, String> settings = new TreeMap<>();
        provenance.getConfiguredParameters().forEach((name, value) -> {
            if (value instanceof PrimitiveProvenance<?> primitive) {
                String text = String.valueOf(primitive.getValue());
                settings.put(name, moved.containsKey(text) ? moved.get(text).toString() : text);
            }
        });
        return ModelFileRegistry.create(provenance.getClassName(), settings, role);
    }
}
