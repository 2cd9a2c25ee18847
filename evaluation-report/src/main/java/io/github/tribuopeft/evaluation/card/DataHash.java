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
 * Hash of a data file.
 *
 * @param type hash function, such as {@code SHA256}
 * @param value hash in hex, as in the provenance
 */
record DataHash(String type, String value) {

    /** Returns all hashes in a provenance and its nested provenances. */
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
