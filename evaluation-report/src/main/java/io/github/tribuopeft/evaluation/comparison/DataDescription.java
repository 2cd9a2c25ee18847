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

/** What identifies data, of all that a provenance holds: not where it lies, nor when it was read. */
public final class DataDescription {

    private DataDescription() {}

    /** Names of files and hashes of their contents, by their path in the provenance; the whole provenance if it has no hash. */
    public static String of(DataProvenance provenance) {
        Map<String, String> found = new LinkedHashMap<>();
        collect(provenance, found);
        return found.containsKey("SHA-256") ? String.join(", ", found.values()) : provenance.toString();
    }

    private static void collect(Provenance provenance, Map<String, String> found) {
        if (provenance instanceof FileProvenance file) {
            found.putIfAbsent("file", file.getValue().getName());
        } else if (provenance instanceof HashProvenance hash) {
            found.putIfAbsent("SHA-256", "SHA-256 " + hash.getValue().toLowerCase(Locale.ROOT));
        } else if (provenance instanceof ObjectProvenance object) {
            for (Pair<String, Provenance> part : object) {
                collect(part.getB(), found);
            }
        }
    }
}
