package io.github.tribuopeft;

import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.MapProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.ObjectProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.RootProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.SimpleProvenanceProto;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.BooleanProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.ByteProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.CharProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DoubleProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.EnumProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FloatProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.LongProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.ShortProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.TimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.URLProvenance;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.data.TagScheme;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.method.BottleneckAdapter;
import io.github.tribuopeft.method.PromptNetwork;
import io.github.tribuopeft.training.LearningRateDecay;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Check of the provenance in a model file before OLCUT creates objects from it. OLCUT loads every class that a
 * provenance names and follows references without a limit, so each class must be registered, and the objects must form
 * a tree of limited size.
 */
final class ProvenanceCheck {

    private static final int MAX_DEPTH = 64;
    private static final long MAX_SIZE = 1_000_000;

    private static final String TEXT = StringProvenance.class.getName();
    private static final String ENUM = EnumProvenance.class.getName();
    private static final String FILE = FileProvenance.class.getName();
    private static final String URL = URLProvenance.class.getName();

    /** Pattern of local files: Tribuo stores the file of an external model as a URL. */
    private static final Pattern LOCAL_FILE = Pattern.compile("file:(?://)?/(?!/).*", Pattern.DOTALL);

    private static final Set<String> PRIMITIVES = names(
            BooleanProvenance.class,
            ByteProvenance.class,
            CharProvenance.class,
            DateProvenance.class,
            DateTimeProvenance.class,
            DoubleProvenance.class,
            EnumProvenance.class,
            FileProvenance.class,
            FloatProvenance.class,
            HashProvenance.class,
            IntProvenance.class,
            LongProvenance.class,
            ShortProvenance.class,
            StringProvenance.class,
            TimeProvenance.class,
            URLProvenance.class);

    /** Enums in the settings of this library. */
    private static final Set<String> ENUMS = names(
            BottleneckAdapter.Position.class,
            LearningRateDecay.class,
            Decoding.class,
            DenseLayer.class,
            TextPooling.class,
            Precision.class,
            PromptNetwork.class,
            TagScheme.class,
            VirtualTokens.Placement.class,
            TokenPooling.class);

    private final Map<Integer, SimpleProvenanceProto> values = new HashMap<>();
    private final Map<Integer, Collection<Integer>> children = new HashMap<>();
    private final Map<String, Integer> objects = new HashMap<>();
    private final Map<Integer, Extent> extents = new HashMap<>();

    /** Depth and size of the tree below an entry; an entry with two references counts twice. */
    private record Extent(int depth, long size) {}

    private ProvenanceCheck() {}

    /**
     * Checks a provenance.
     *
     * @return the provenance with present names; unknown enums and URLs other than local files are replaced by text,
     *     and paths by paths that are valid in this JVM
     * @throws InvalidProtocolBufferException if it names a class that is not registered, or is not a tree of limited
     *     size
     */
    static RootProvenanceProto admit(RootProvenanceProto proto) throws InvalidProtocolBufferException {
        new ProvenanceCheck().require(proto);
        RootProvenanceProto.Builder admitted =
                proto.toBuilder().clearSmp().clearOmp().clearMmp();
        proto.getSmpList().forEach(value -> admitted.addSmp(inert(renamed(value))));
        proto.getOmpList().forEach(object -> admitted.addOmp(renamed(object)));
        proto.getMmpList().forEach(map -> admitted.addMmp(renamed(map)));
        return admitted.build();
    }

    private static SimpleProvenanceProto renamed(SimpleProvenanceProto value) {
        SimpleProvenanceProto.Builder renamed = value.toBuilder().setKey(EarlierNames.setting(value.getKey()));
        if (value.getProvenanceClassName().equals(ENUM)) {
            renamed.setAdditional(EarlierNames.type(value.getAdditional()))
                    .setValue(EarlierNames.constant(renamed.getAdditional(), value.getValue()));
        } else if (value.getKey().equals(ObjectProvenance.CLASS_NAME)) {
            renamed.setValue(EarlierNames.type(value.getValue()));
        }
        return renamed.build();
    }

    private static ObjectProvenanceProto renamed(ObjectProvenanceProto object) {
        ObjectProvenanceProto.Builder renamed = object.toBuilder()
                .setObjectClassName(EarlierNames.type(object.getObjectClassName()))
                .clearValues();
        object.getValuesMap().forEach((key, index) -> renamed.putValues(EarlierNames.setting(key), index));
        return renamed.build();
    }

    private static MapProvenanceProto renamed(MapProvenanceProto map) {
        MapProvenanceProto.Builder renamed = map.toBuilder().clearValues();
        map.getValuesMap().forEach((key, index) -> renamed.putValues(EarlierNames.setting(key), index));
        return renamed.build();
    }

    /**
     * Replaces values that are unsafe or invalid here. URLs look up hosts in comparisons, and enums load a class that
     * the file names. Paths of another system, or with letters that the locale of the JVM lacks, are invalid; their
     * letters are replaced, because a provenance is only a description.
     */
    private static SimpleProvenanceProto inert(SimpleProvenanceProto value) {
        String type = value.getProvenanceClassName();
        if (type.equals(FILE) && !isPath(value.getValue())) {
            String path = value.getValue().replaceAll("[^A-Za-z0-9/._-]", "_");
            return value.toBuilder().setValue(path).build();
        }
        boolean url = type.equals(URL) && !LOCAL_FILE.matcher(value.getValue()).matches();
        boolean constant = type.equals(ENUM) && !ENUMS.contains(value.getAdditional());
        return url || constant
                ? value.toBuilder()
                        .setProvenanceClassName(TEXT)
                        .clearAdditional()
                        .build()
                : value;
    }

    private static boolean isPath(String value) {
        try {
            return Path.of(value) != null;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private void require(RootProvenanceProto proto) throws InvalidProtocolBufferException {
        if (proto.getOmpCount() == 0) {
            throw new InvalidProtocolBufferException("The provenance is empty");
        }
        for (ObjectProvenanceProto object : proto.getOmpList()) {
            if (!ModelFileRegistry.isProvenance(object.getProvenanceClassName())) {
                throw new InvalidProtocolBufferException(
                        "The provenance names class '"
                                + object.getProvenanceClassName()
                                + "', which is not registered. If it is yours, call ModelFileRegistry.registerProvenance first");
            }
            if (objects.put(object.getObjectName(), object.getIndex()) != null) {
                throw new InvalidProtocolBufferException(
                        "The provenance has two objects of name '" + object.getObjectName() + "'");
            }
            add(object.getIndex(), object.getValuesMap().values());
        }
        for (var list : proto.getLmpList()) {
            add(list.getIndex(), list.getValuesList());
        }
        for (var map : proto.getMmpList()) {
            add(map.getIndex(), map.getValuesMap().values());
        }
        for (SimpleProvenanceProto value : proto.getSmpList()) {
            if (!value.getIsReference() && !PRIMITIVES.contains(value.getProvenanceClassName())) {
                throw new InvalidProtocolBufferException("The provenance names class '" + value.getProvenanceClassName()
                        + "' for value '" + value.getKey() + "'; it is not one of OLCUT's");
            }
            add(value.getIndex(), List.of());
            values.put(value.getIndex(), value);
        }
        requireTree();
    }

    private void add(int index, Collection<Integer> below) throws InvalidProtocolBufferException {
        if (children.put(index, below) != null) {
            throw new InvalidProtocolBufferException("The provenance has two entries of number " + index);
        }
    }

    private void requireTree() throws InvalidProtocolBufferException {
        long size = 0;
        for (int object : objects.values()) {
            size += extent(object, 0).size();
            if (size > MAX_SIZE) {
                throw new InvalidProtocolBufferException("The provenance has more than " + MAX_SIZE + " entries");
            }
        }
    }

    private Extent extent(int index, int above) throws InvalidProtocolBufferException {
        Extent known = extents.get(index);
        if (known == null) {
            if (above > MAX_DEPTH) {
                throw new InvalidProtocolBufferException(
                        "The provenance is nested more than " + MAX_DEPTH + " deep, or refers to itself");
            }
            int depth = 0;
            long size = 1;
            for (int child : below(index)) {
                Extent part = extent(child, above + 1);
                depth = Math.max(depth, part.depth() + 1);
                size = Math.min(MAX_SIZE + 1, size + part.size());
            }
            known = new Extent(depth, size);
            extents.put(index, known);
        }
        if (above + known.depth() > MAX_DEPTH) {
            throw new InvalidProtocolBufferException("The provenance is nested more than " + MAX_DEPTH + " deep");
        }
        return known;
    }

    private Collection<Integer> below(int index) throws InvalidProtocolBufferException {
        SimpleProvenanceProto value = values.get(index);
        Collection<Integer> below = value != null && value.getIsReference()
                ? Stream.ofNullable(objects.get(value.getValue())).toList()
                : children.get(index);
        if (below == null || value != null && value.getIsReference() && below.isEmpty()) {
            throw new InvalidProtocolBufferException("The provenance refers to "
                    + (value == null ? "entry " + index : "'" + value.getValue() + "'") + ", which is missing");
        }
        return below;
    }

    private static Set<String> names(Class<?>... classes) {
        return Stream.of(classes).map(Class::getName).collect(Collectors.toUnmodifiableSet());
    }
}
