package io.github.tribuopeft.evaluation.comparison;

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.tribuo.provenance.DataProvenance;

/** Description of data by its content. It does not contain directories and times, which differ between machines. */
public final class DataDescription {

    private DataDescription() {}

    /** Returns the name and hash of the file in a provenance, or the whole provenance if it has no hash. */
    public static String of(DataProvenance provenance) {
        Map<String, String> description = new LinkedHashMap<>();
        collect(provenance, description);
        return description.containsKey("SHA-256") ? String.join(", ", description.values()) : provenance.toString();
    }

    private static void collect(Provenance provenance, Map<String, String> description) {
        if (provenance instanceof FileProvenance file) {
            description.putIfAbsent("file", file.getValue().getName());
        } else if (provenance instanceof HashProvenance hash) {
            description.putIfAbsent("SHA-256", "SHA-256 " + hash.getValue().toLowerCase(Locale.ROOT));
        } else if (provenance instanceof ObjectProvenance object) {
            for (Pair<String, Provenance> part : object) {
                collect(part.getB(), description);
            }
        }
    }
}
