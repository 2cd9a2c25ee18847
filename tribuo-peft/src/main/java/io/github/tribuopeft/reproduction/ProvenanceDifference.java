package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import io.github.tribuopeft.TrainingFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tribuo.provenance.DataSourceProvenance;
import org.tribuo.provenance.ModelProvenance;

/**
 * Value that differs between the recorded provenance and that of the retrained model.
 *
 * @param path the names that lead from the provenance of the model to the value, separated by dots, such as {@code
 *     trainer.torch-version}
 * @param recorded the recorded value, or {@value #ABSENT}
 * @param found the value of the retrained model, or {@value #ABSENT}
 */
public record ProvenanceDifference(String path, String recorded, String found) {

    static final String ABSENT = "not recorded";

    /** Names that are not compared: times, which differ in every run, and the hash of the parameters. */
    private static final Set<String> IGNORED = Set.of(
            "trained-at",
            DataSourceProvenance.DATASOURCE_CREATION_TIME,
            DataSourceProvenance.FILE_MODIFIED_TIME,
            TrainingFacts.PARAMETERS_HASH);

    /**
     * Returns the differences between two provenances, sorted by path. Times and paths of files are not compared. Files
     * are compared by their hashes.
     */
    static List<ProvenanceDifference> between(ModelProvenance recorded, ModelProvenance found) {
        Map<String, String> before = flatten(recorded);
        Map<String, String> after = flatten(found);
        if (TrainingFacts.in(recorded).isEmpty()) { // earlier versions did not record these facts
            after.keySet().removeIf(path -> path.startsWith("instance-values." + TrainingFacts.KEY + "."));
        }
        Set<String> paths = new TreeSet<>(before.keySet());
        paths.addAll(after.keySet());
        List<ProvenanceDifference> differences = new ArrayList<>();
        for (String path : paths) {
            ProvenanceDifference difference =
                    new ProvenanceDifference(path, before.getOrDefault(path, ABSENT), after.getOrDefault(path, ABSENT));
            if (!difference.recorded.equals(difference.found)) {
                differences.add(difference);
            }
        }
        return differences;
    }

    /** Returns the paths of files and directories in a provenance. */
    static List<String> files(Provenance value) {
        List<String> files = new ArrayList<>();
        addFiles(files, value);
        return files;
    }

    private static void addFiles(List<String> files, Provenance value) {
        if (value instanceof FileProvenance file) {
            files.add(file.getValue().toString());
        } else if (value instanceof ObjectProvenance object) {
            object.forEach(pair -> addFiles(files, pair.getB()));
        } else if (value instanceof MapProvenance<?> map) {
            map.forEach(pair -> addFiles(files, pair.getB()));
        } else if (value instanceof ListProvenance<?> list) {
            list.getList().forEach(element -> addFiles(files, element));
        }
    }

    /** Returns the last component of the path. */
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static Map<String, String> flatten(ModelProvenance provenance) {
        Map<String, String> values = new TreeMap<>();
        add(values, "", provenance);
        return values;
    }

    private static void add(Map<String, String> values, String path, Provenance value) {
        if (value instanceof ObjectProvenance object) {
            object.forEach(pair -> addNamed(values, path, pair.getA(), pair.getB()));
        } else if (value instanceof MapProvenance<?> map) {
            map.forEach(pair -> addNamed(values, path, pair.getA(), pair.getB()));
        } else if (value instanceof ListProvenance<?> list) {
            for (int i = 0; i < list.getList().size(); i++) {
                add(values, path + "[" + i + "]", list.getList().get(i));
            }
        } else if (value instanceof PrimitiveProvenance<?> primitive && !(value instanceof FileProvenance)) {
            values.put(path, String.valueOf(primitive.getValue()));
        }
    }

    private static void addNamed(Map<String, String> values, String path, String name, Provenance value) {
        if (!IGNORED.contains(name)) {
            add(values, path.isEmpty() ? name : path + "." + name, value);
        }
    }

    @Override
    public String toString() {
        return path + ": " + recorded + " → " + found;
    }
}
