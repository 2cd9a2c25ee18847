package io.github.tribuopeft;

import ai.djl.Device;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tribuo.Output;
import org.tribuo.Trainer;
import org.tribuo.provenance.SkeletalTrainerProvenance;
import org.tribuo.sequence.SequenceTrainer;

/**
 * Provenance of a trainer: its settings, and everything else that determines the result: the fingerprint of the
 * backbone, the device, the number of threads for one operation, and the versions of DJL, libtorch and this library.
 */
public final class PeftTrainerProvenance extends SkeletalTrainerProvenance {

    private static final long serialVersionUID = 1L;

    /** Key of the hash of the backbone's configuration. */
    public static final String BACKBONE_CONFIG = "backbone-config-hash";
    /** Key of the hash of the backbone's weights. */
    public static final String BACKBONE_WEIGHTS = "backbone-weights-hash";
    /** Key of the hash of the backbone's tokenizer. */
    public static final String BACKBONE_TOKENIZER = "backbone-tokenizer-hash";
    /** Key of the device that {@code auto} selected. */
    public static final String RESOLVED_DEVICE = "resolved-device";
    /** Key of the number of threads for one operation; the number of worker threads does not change the result. */
    public static final String THREADS = "threads";
    /** Key of the version of DJL. */
    public static final String DJL_VERSION = "djl-version";
    /** Key of the version of libtorch. */
    public static final String TORCH_VERSION = "torch-version";
    /** Key of the version of this library. */
    public static final String PEFT_VERSION = "tribuo-peft-version";

    @SuppressWarnings("serial") // the entries are provenances, which are serializable, in a serializable map
    private final Map<String, PrimitiveProvenance<?>> environment;

    <T extends Output<T>, H extends AbstractPeftTrainer & Trainer<T>> PeftTrainerProvenance(
            H host, Fingerprint trainedOn) {
        super(host);
        this.environment = environment(host.resolveDevice(), trainedOn);
    }

    /**
     * For trainers of sequences. The flag distinguishes this constructor, because both host types erase to the same
     * class.
     */
    <T extends Output<T>, H extends AbstractPeftTrainer & SequenceTrainer<T>> PeftTrainerProvenance(
            H host, Fingerprint trainedOn, boolean sequence) {
        super(host);
        this.environment = environment(host.resolveDevice(), trainedOn);
    }

    /** For trainers without a method. */
    <T extends Output<T>> PeftTrainerProvenance(Trainer<T> host, Device device, Fingerprint trainedOn) {
        super(host);
        this.environment = environment(device, trainedOn);
    }

    /** For unmarshalling. */
    public PeftTrainerProvenance(Map<String, Provenance> map) {
        this(separate(map));
    }

    private PeftTrainerProvenance(Separated separated) {
        super(separated.rest());
        this.environment = separated.environment();
    }

    private static Map<String, PrimitiveProvenance<?>> environment(Device device, Fingerprint fingerprint) {
        Map<String, PrimitiveProvenance<?>> map = new LinkedHashMap<>();
        putHash(map, BACKBONE_CONFIG, fingerprint.config());
        putHash(map, BACKBONE_WEIGHTS, fingerprint.weights());
        putHash(map, BACKBONE_TOKENIZER, fingerprint.tokenizer());
        putString(map, RESOLVED_DEVICE, Devices.name(device));
        map.put(THREADS, new IntProvenance(THREADS, TorchRuntime.operationThreads()));
        putString(map, DJL_VERSION, TorchRuntime.djlVersion());
        putString(map, TORCH_VERSION, TorchRuntime.torchVersion());
        putString(map, PEFT_VERSION, Version.current());
        return map;
    }

    private static void putHash(Map<String, PrimitiveProvenance<?>> map, String key, String hash) {
        map.put(key, new HashProvenance(HashType.SHA256, key, hash));
    }

    private static void putString(Map<String, PrimitiveProvenance<?>> map, String key, String value) {
        map.put(key, new StringProvenance(key, value));
    }

    private record Separated(Map<String, PrimitiveProvenance<?>> environment, Map<String, Provenance> rest) {}

    private static Separated separate(Map<String, Provenance> map) {
        Map<String, Provenance> rest = new LinkedHashMap<>(map);
        Map<String, PrimitiveProvenance<?>> environment = new LinkedHashMap<>();
        for (String key : new String[] {BACKBONE_CONFIG, BACKBONE_WEIGHTS, BACKBONE_TOKENIZER}) {
            environment.put(key, extract(rest, key, HashProvenance.class));
        }
        environment.put(THREADS, extract(rest, THREADS, IntProvenance.class));
        for (String key : new String[] {RESOLVED_DEVICE, DJL_VERSION, TORCH_VERSION, PEFT_VERSION}) {
            environment.put(key, extract(rest, key, StringProvenance.class));
        }
        return new Separated(environment, rest);
    }

    private static <P extends Provenance> P extract(Map<String, Provenance> map, String key, Class<P> type) {
        return ObjectProvenance.checkAndExtractProvenance(map, key, type, PeftTrainerProvenance.class.getSimpleName());
    }

    @Override
    public Map<String, PrimitiveProvenance<?>> getInstanceValues() {
        Map<String, PrimitiveProvenance<?>> values = super.getInstanceValues();
        values.putAll(environment);
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof PeftTrainerProvenance that
                        && super.equals(other)
                        && environment.equals(that.environment);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + environment.hashCode();
    }
}
