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
 * Component of a recorded trainer that reads files: the backbone or the checkpoint. The {@link ModelFileRegistry}
 * creates it, because a provenance is not trusted.
 *
 * @param provenance the provenance of the component
 */
record RecordedComponent(ConfiguredObjectProvenance provenance) {

    /**
     * Returns the recorded paths of the files or directories of the component: usually one, none for embedded files.
     */
    List<String> paths() {
        return provenance.getConfiguredParameters().values().stream()
                .filter(FileProvenance.class::isInstance)
                .map(path -> ((FileProvenance) path).getValue().toString())
                .toList();
    }

    /**
     * Creates the component once for each existing path that may contain its files.
     *
     * @param <C> the type of the component
     * @param roots directories to search before the recorded path
     * @param role the type of the component
     * @throws IllegalArgumentException if the class of the component is not registered or only the user may name it, or
     *     if its settings are invalid
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

    /**
     * Creates the component.
     *
     * @param moved the present paths, by recorded path
     */
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
