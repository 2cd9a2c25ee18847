package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.protobuf.ProtoProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.ObjectProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.RootProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.SimpleProvenanceProto;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import io.github.tribuopeft.backbone.BackboneSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Conversion of heads and backbone sources in model files. The format is the provenance of OLCUT, but OLCUT does not
 * read it: the class is looked up in the {@link ModelFileRegistry}, and the settings are texts.
 */
final class Components {

    private static final ProtoProvenanceSerialization PROVENANCE = new ProtoProvenanceSerialization(false);

    /** Keys of a provenance that are not settings. */
    private static final Set<String> NOT_SETTINGS = Set.of(ObjectProvenance.CLASS_NAME, "host-short-name");

    private Components() {}

    /**
     * Reads a component.
     *
     * @throws InvalidProtocolBufferException if its class is not registered for the role, or a setting is not a plain
     *     value
     * @throws RuntimeException if its settings are invalid
     */
    static <C> C read(Any message, Class<C> role) throws InvalidProtocolBufferException {
        if (!message.is(RootProvenanceProto.class)) {
            throw new InvalidProtocolBufferException("The model's " + role.getSimpleName() + " is missing");
        }
        RootProvenanceProto proto = message.unpack(RootProvenanceProto.class);
        if (proto.getOmpCount() != 1) {
            throw new InvalidProtocolBufferException("A " + role.getSimpleName()
                    + " in a model file is one object, but the file holds " + proto.getOmpCount());
        }
        ObjectProvenanceProto object = proto.getOmp(0);
        String className = object.getObjectClassName();
        ComponentType<? extends C> type = ModelFileRegistry.find(className, role)
                .orElseThrow(() -> new InvalidProtocolBufferException(
                        "Class '" + className + "' is not registered as " + role.getSimpleName()
                                + " of model files. If it is yours, call ModelFileRegistry.register first"));
        return type.make(settings(proto, object));
    }

    private static ComponentSettings settings(RootProvenanceProto proto, ObjectProvenanceProto object)
            throws InvalidProtocolBufferException {
        Map<Integer, SimpleProvenanceProto> values = new HashMap<>();
        proto.getSmpList().forEach(value -> values.put(value.getIndex(), value));
        Map<String, String> settings = new HashMap<>();
        for (Map.Entry<String, Integer> entry : object.getValuesMap().entrySet()) {
            SimpleProvenanceProto value = values.get(entry.getValue());
            if (value == null || value.getIsReference()) {
                throw new InvalidProtocolBufferException(
                        "Setting '" + entry.getKey() + "' of " + object.getObjectClassName() + " is not a plain value");
            }
            if (!NOT_SETTINGS.contains(entry.getKey())) {
                settings.put(entry.getKey(), value.getValue());
            }
        }
        return new ComponentSettings(object.getObjectClassName(), settings);
    }

    /**
     * Writes a component.
     *
     * @throws IllegalStateException if it could not be read again
     */
    static <C extends Provenancable<ConfiguredObjectProvenance>> Any write(C component, Class<? super C> role) {
        Any message = Any.pack(proto(component));
        try {
            read(message, role);
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            throw new IllegalStateException(
                    "The model cannot be saved, as it could not be read again: " + e.getMessage(), e);
        }
        return message;
    }

    /**
     * Writes the source of a backbone. Relative paths become absolute, because a file may be read in another directory.
     */
    static Any writeHint(BackboneSource source) {
        RootProvenanceProto proto = proto(source);
        RootProvenanceProto.Builder absolute = proto.toBuilder().clearSmp();
        for (SimpleProvenanceProto value : proto.getSmpList()) {
            absolute.addSmp(
                    value.getProvenanceClassName().equals(FileProvenance.class.getName())
                            ? value.toBuilder()
                                    .setValue(Path.of(value.getValue())
                                            .toAbsolutePath()
                                            .normalize()
                                            .toString())
                                    .build()
                            : value);
        }
        return Any.pack(absolute.build());
    }

    private static RootProvenanceProto proto(Provenancable<ConfiguredObjectProvenance> component) {
        return PROVENANCE.serializeToProto(ProvenanceUtil.marshalProvenance(component.getProvenance()));
    }
}
