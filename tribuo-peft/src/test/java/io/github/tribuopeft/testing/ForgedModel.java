package io.github.tribuopeft.testing;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.ObjectProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.RootProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.SimpleProvenanceProto;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.protos.ModelStateProto;
import io.github.tribuopeft.protos.PeftModelProto;
import io.github.tribuopeft.protos.SealedProto;
import java.util.Map;
import java.util.function.Consumer;
import org.tribuo.protos.core.ModelDataProto;
import org.tribuo.protos.core.ModelProto;

/** Changes a sound model file and puts it under a valid hash again, as whoever means harm would. */
public final class ForgedModel {

    private final ModelProto sound;
    private final PeftModelProto body;

    /** Forges a text classifier. */
    public ForgedModel(ModelProto sound) throws InvalidProtocolBufferException {
        this.sound = sound;
        this.body = PeftModelProto.parseFrom(
                sound.getSerializedData().unpack(SealedProto.class).getBody());
    }

    /** The file with other parts. */
    public byte[] parts(Consumer<ModelStateProto.Builder> change) {
        PeftModelProto.Builder forged = body.toBuilder();
        change.accept(forged.getStateBuilder());
        return seal(forged.build().toByteString());
    }

    /** The file with another provenance, output domain and so on. */
    public byte[] metadata(Consumer<ModelDataProto.Builder> change) throws InvalidProtocolBufferException {
        ModelDataProto.Builder forged = body.getMetadata().unpack(ModelDataProto.class).toBuilder();
        change.accept(forged);
        return seal(
                body.toBuilder().setMetadata(Any.pack(forged.build())).build().toByteString());
    }

    /** Bytes in place of the whole content. */
    public byte[] seal(ByteString content) {
        SealedProto sealed = SealedProto.newBuilder()
                .setBody(content)
                .setSha256(ByteString.copyFromUtf8(Fingerprint.sha256(content.toByteArray())))
                .build();
        return sound.toBuilder().setSerializedData(Any.pack(sealed)).build().toByteArray();
    }

    /** The provenance of an object with texts for settings. */
    public static RootProvenanceProto provenance(String className, Map<String, String> settings) {
        RootProvenanceProto.Builder root = RootProvenanceProto.newBuilder();
        ObjectProvenanceProto.Builder object = ObjectProvenanceProto.newBuilder()
                .setObjectName("forged-0")
                .setObjectClassName(className)
                .setProvenanceClassName(ConfiguredObjectProvenanceImpl.class.getName());
        settings.forEach((name, value) -> {
            int index = root.getSmpCount() + 1;
            root.addSmp(SimpleProvenanceProto.newBuilder()
                    .setIndex(index)
                    .setKey(name)
                    .setValue(value)
                    .setProvenanceClassName(StringProvenance.class.getName()));
            object.putValues(name, index);
        });
        return root.addOmp(object).build();
    }

    /** The same as a head or a source. */
    public static Any component(String className, Map<String, String> settings) {
        return Any.pack(provenance(className, settings));
    }
}
