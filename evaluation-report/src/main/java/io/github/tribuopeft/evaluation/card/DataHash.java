package io.github.tribuopeft.evaluation.card;

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The hash of a file that data came from.
 *
 * @param type the kind of hash, such as {@code SHA256}
 * @param value in hex, as the provenance has it
 */
record DataHash(String type, String value) {

    /** All hashes in a provenance, however deep: data may be a part of other data, or come from several files. */
    static List<DataHash> of(Provenance provenance) {
        Set<DataHash> hashes = new LinkedHashSet<>();
        collect(provenance, hashes);
        return List.copyOf(hashes);
    }

    private static void collect(Provenance provenance, Set<DataHash> hashes) {
        if (provenance instanceof HashProvenance hash) {
            hashes.add(new DataHash(hash.getType().name(), hash.getValue()));
        } else if (provenance instanceof ListProvenance<?> list) {
            list.forEach(element -> collect(element, hashes));
        } else if (provenance instanceof MapProvenance<?> map) {
            map.forEach(entry -> collect(entry.getB(), hashes));
        } else if (provenance instanceof ObjectProvenance object) {
            object.forEach(entry -> collect(entry.getB(), hashes));
        }
    }
}
