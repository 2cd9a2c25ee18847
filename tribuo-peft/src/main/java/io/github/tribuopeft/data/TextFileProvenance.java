package io.github.tribuopeft.data;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.impl.SkeletalConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/** Provenance of a source: its settings, the SHA-256 and the modification time of its file, and the time of reading. */
public final class TextFileProvenance extends SkeletalConfiguredObjectProvenance
        implements ConfiguredDataSourceProvenance {

    private static final long serialVersionUID = 1L;

    private static final String SHORT_NAME = "DataSource";

    private final DateTimeProvenance modified;
    private final DateTimeProvenance created;
    private final HashProvenance hash;

    TextFileProvenance(Configurable host, Path path) {
        super(host, SHORT_NAME);
        Instant changed = Instant.ofEpochMilli(path.toFile().lastModified());
        this.modified =
                new DateTimeProvenance(FILE_MODIFIED_TIME, OffsetDateTime.ofInstant(changed, ZoneId.systemDefault()));
        this.created = new DateTimeProvenance(DATASOURCE_CREATION_TIME, OffsetDateTime.now());
        this.hash = new HashProvenance(
                DEFAULT_HASH_TYPE, RESOURCE_HASH, ProvenanceUtil.hashResource(DEFAULT_HASH_TYPE, path));
    }

    /** Creates a provenance from its values, for OLCUT. */
    public TextFileProvenance(Map<String, Provenance> map) {
        this(separate(map));
    }

    private TextFileProvenance(ExtractedInfo info) {
        super(info);
        this.modified = (DateTimeProvenance) info.instanceValues.get(FILE_MODIFIED_TIME);
        this.created = (DateTimeProvenance) info.instanceValues.get(DATASOURCE_CREATION_TIME);
        this.hash = (HashProvenance) info.instanceValues.get(RESOURCE_HASH);
    }

    private static ExtractedInfo separate(Map<String, Provenance> map) {
        Map<String, Provenance> configured = new HashMap<>(map);
        Map<String, PrimitiveProvenance<?>> instance = new HashMap<>();
        for (String key : new String[] {FILE_MODIFIED_TIME, DATASOURCE_CREATION_TIME}) {
            instance.put(key, extract(configured, key, DateTimeProvenance.class));
        }
        instance.put(RESOURCE_HASH, extract(configured, RESOURCE_HASH, HashProvenance.class));
        String className =
                extract(configured, CLASS_NAME, StringProvenance.class).getValue();
        String shortName =
                extract(configured, HOST_SHORT_NAME, StringProvenance.class).getValue();
        return new ExtractedInfo(className, shortName, configured, instance);
    }

    private static <P extends Provenance> P extract(Map<String, Provenance> map, String key, Class<P> type) {
        return ObjectProvenance.checkAndExtractProvenance(map, key, type, TextFileProvenance.class.getSimpleName());
    }

    @Override
    public Map<String, PrimitiveProvenance<?>> getInstanceValues() {
        Map<String, PrimitiveProvenance<?>> values = super.getInstanceValues();
        values.put(FILE_MODIFIED_TIME, modified);
        values.put(DATASOURCE_CREATION_TIME, created);
        values.put(RESOURCE_HASH, hash);
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof TextFileProvenance that
                        && super.equals(other)
                        && modified.equals(that.modified)
                        && created.equals(that.created)
                        && hash.equals(that.hash);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + hash.hashCode();
    }
}
