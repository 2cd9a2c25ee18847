package io.github.tribuopeft;

import ai.djl.ndarray.types.Shape;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.protobuf.ProtoProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.RootProvenanceProto;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.Readout;
import io.github.tribuopeft.protos.AdapterProto;
import io.github.tribuopeft.protos.BackboneProto;
import io.github.tribuopeft.protos.HeadProto;
import io.github.tribuopeft.protos.SealedProto;
import io.github.tribuopeft.protos.TensorProto;
import io.github.tribuopeft.protos.TrainingStateProto;
import io.github.tribuopeft.protos.TunedPartsProto;
import io.github.tribuopeft.protos.ValuesProto;
import io.github.tribuopeft.training.TrainingState;
import io.github.tribuopeft.training.TrainingState.Values;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Output;
import org.tribuo.protos.core.ModelProto;

/** Tuned parts as protobuf messages, and back. The messages are described in {@code tribuo-peft.proto}. */
final class ModelFiles {

    private static final Logger logger = Logger.getLogger(ModelFiles.class.getName());

    private static final ProtoProvenanceSerialization PROVENANCE = new ProtoProvenanceSerialization(false);

    private ModelFiles() {}

    /** Reads a model's content, as Tribuo's factories do. */
    @FunctionalInterface
    interface Factory<M> {
        M read(int version, String className, Any content) throws InvalidProtocolBufferException;
    }

    private static final Map<String, Factory<? extends TunedModel>> KINDS = Map.of(
            PeftModel.class.getName(), PeftModel::deserializeFromProto,
            PeftSequenceModel.class.getName(), PeftSequenceModel::deserializeFromProto);

    /**
     * Reads a model file of any kind.
     *
     * @throws IOException if the file cannot be read, holds something else, or was cut short or altered
     */
    static TunedModel load(Path file) throws IOException {
        ModelProto proto = parse(file);
        Factory<? extends TunedModel> factory = KINDS.get(proto.getClassName());
        if (factory == null) {
            throw new IOException(file + " holds " + named(proto) + ", but a tuned model was expected");
        }
        return read(file, proto, factory);
    }

    /**
     * Reads a model file. Tribuo's messages for models and sequence models are alike, so the class's name tells them apart.
     *
     * @param type the class of model that is wanted
     * @param kind what it is, for people
     * @throws IOException if the file cannot be read, holds another kind of model, or was cut short or altered
     */
    static <M> M load(Path file, Class<?> type, String kind, Factory<M> factory) throws IOException {
        ModelProto proto = parse(file);
        if (!proto.getClassName().equals(type.getName())) {
            throw new IOException(file + " holds " + named(proto) + ", but a " + kind + " (" + type.getSimpleName()
                    + ") was expected");
        }
        return read(file, proto, factory);
    }

    private static ModelProto parse(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(file + " is no model file, or was cut short: " + e.getMessage(), e);
        }
    }

    private static <M> M read(Path file, ModelProto proto, Factory<M> factory) throws IOException {
        try {
            return factory.read(proto.getVersion(), proto.getClassName(), proto.getSerializedData());
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            throw new IOException(file + " cannot be read as a model: " + e.getMessage(), e);
        }
    }

    private static String named(ModelProto proto) {
        String className = proto.getClassName();
        return className.isEmpty() ? "no model" : "a " + className.substring(className.lastIndexOf('.') + 1);
    }

    /** Refuses files of a later format. */
    static void requireVersion(int version, int current) {
        if (version < 0 || version > current) {
            throw new IllegalArgumentException(
                    "The model has format version " + version + ", but this library reads versions up to " + current);
        }
    }

    /** Puts a body under a seal that shows whether it is whole. */
    static Any seal(ByteString body) {
        return Any.pack(SealedProto.newBuilder()
                .setBody(body)
                .setSha256(ByteString.copyFromUtf8(Fingerprint.sha256(body.toByteArray())))
                .build());
    }

    /**
     * Takes a body from under its seal.
     *
     * @throws InvalidProtocolBufferException if the message is no sealed body or its bytes have changed
     */
    static ByteString unseal(Any message) throws InvalidProtocolBufferException {
        SealedProto sealed = message.unpack(SealedProto.class);
        if (!Fingerprint.sha256(sealed.getBody().toByteArray())
                .equals(sealed.getSha256().toStringUtf8())) {
            throw new InvalidProtocolBufferException(
                    "The model's content does not match its SHA-256: the file was altered or damaged");
        }
        return sealed.getBody();
    }

    static TunedPartsProto write(TunedParts<?> parts) {
        Fingerprint fingerprint = parts.backbone().fingerprint();
        BackboneProto.Builder backbone = BackboneProto.newBuilder()
                .setName(parts.backbone().name())
                .setConfigSha256(fingerprint.config())
                .setWeightsSha256(fingerprint.weights())
                .setTokenizerSha256(fingerprint.tokenizer());
        parts.backbone().source().ifPresent(source -> backbone.setSource(component(source)));
        TunedPartsProto.Builder proto = TunedPartsProto.newBuilder()
                .setMethod(parts.method())
                .setBackbone(backbone)
                .setAdapter(AdapterProto.newBuilder()
                        .putAllTensors(protos(parts.adapter().tensors()))
                        .setVirtualTokens(parts.adapter().virtualTokens().count())
                        .setPlacement(
                                parts.adapter().virtualTokens().placement().name()))
                .setHead(HeadProto.newBuilder()
                        .setComponent(component(parts.head()))
                        .putAllTensors(protos(parts.headTensors()))
                        .setReadout(parts.readout().name()))
                .setMaxLength(parts.maxLength())
                .setPrecision(parts.precision().name())
                .setDevice(parts.device());
        parts.state().ifPresent(state -> proto.setState(write(state)));
        return proto.build();
    }

    private static TrainingStateProto write(TrainingState state) {
        return TrainingStateProto.newBuilder()
                .setValues(write(state.values()))
                .setFirst(write(state.first()))
                .setSecond(write(state.second()))
                .setEpochs(state.epochs())
                .setSteps(state.steps())
                .build();
    }

    private static ValuesProto write(Values values) {
        return ValuesProto.newBuilder()
                .putAllMethod(protos(values.method()))
                .putAllHead(protos(values.head()))
                .build();
    }

    private static TrainingState read(TrainingStateProto proto) throws InvalidProtocolBufferException {
        return new TrainingState(
                read(proto.getValues()),
                read(proto.getFirst()),
                read(proto.getSecond()),
                proto.getEpochs(),
                proto.getSteps());
    }

    private static Values read(ValuesProto proto) throws InvalidProtocolBufferException {
        return new Values(tensors(proto.getMethodMap()), tensors(proto.getHeadMap()));
    }

    /** Reads parts whose head makes outputs of type T; the caller vouches for T by the model's output domain. */
    static <T extends Output<T>> TunedParts<T> read(TunedPartsProto proto, Function<String, Readout> readout)
            throws InvalidProtocolBufferException {
        BackboneProto backbone = proto.getBackbone();
        Fingerprint fingerprint =
                new Fingerprint(backbone.getConfigSha256(), backbone.getWeightsSha256(), backbone.getTokenizerSha256());
        @SuppressWarnings("unchecked") // see above
        OutputHead<T> head = (OutputHead<T>) component(proto.getHead().getComponent(), OutputHead.class);
        return new TunedParts<>(
                proto.getMethod(),
                new BackboneReference(backbone.getName(), fingerprint, source(backbone)),
                new Adapter(
                        tensors(proto.getAdapter().getTensorsMap()),
                        new VirtualTokens(
                                proto.getAdapter().getVirtualTokens(),
                                VirtualTokens.Placement.valueOf(
                                        proto.getAdapter().getPlacement()))),
                head,
                tensors(proto.getHead().getTensorsMap()),
                readout.apply(proto.getHead().getReadout()),
                proto.getMaxLength(),
                Precision.valueOf(proto.getPrecision()),
                proto.getDevice(),
                proto.hasState() ? Optional.of(read(proto.getState())) : Optional.empty());
    }

    /** The source that the model remembers. Its class may be missing here: the backbone may still be found by fingerprint. */
    private static Optional<BackboneSource> source(BackboneProto backbone) {
        if (!backbone.hasSource()) {
            return Optional.empty();
        }
        try {
            return Optional.of(component(backbone.getSource(), BackboneSource.class));
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            logger.log(Level.FINE, "The source of backbone " + backbone.getName() + " cannot be rebuilt here", e);
            return Optional.empty();
        }
    }

    private static Any component(Provenancable<ConfiguredObjectProvenance> component) {
        return Any.pack(PROVENANCE.serializeToProto(ProvenanceUtil.marshalProvenance(component.getProvenance())));
    }

    private static <C extends Configurable> C component(Any message, Class<C> type)
            throws InvalidProtocolBufferException {
        ObjectProvenance provenance = ProvenanceUtil.unmarshalProvenance(
                PROVENANCE.deserializeFromProto(message.unpack(RootProvenanceProto.class)));
        List<ConfigurationData> configuration = ProvenanceUtil.extractConfiguration(provenance);
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(configuration);
            return type.cast(manager.lookup(ProvenanceUtil.computeName(provenance, 0)));
        }
    }

    private static Map<String, TensorProto> protos(Map<String, Tensor> tensors) {
        Map<String, TensorProto> protos = new LinkedHashMap<>();
        new TreeMap<>(tensors).forEach((name, tensor) -> {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.values());
            TensorProto.Builder proto = TensorProto.newBuilder().setValues(ByteString.copyFrom(bytes));
            for (long extent : tensor.shape().getShape()) {
                proto.addShape(extent);
            }
            protos.put(name, proto.build());
        });
        return protos;
    }

    private static Map<String, Tensor> tensors(Map<String, TensorProto> protos) throws InvalidProtocolBufferException {
        Map<String, Tensor> tensors = new TreeMap<>();
        for (Map.Entry<String, TensorProto> entry : protos.entrySet()) {
            TensorProto proto = entry.getValue();
            Shape shape = new Shape(
                    proto.getShapeList().stream().mapToLong(Long::longValue).toArray());
            float[] values = new float[proto.getValues().size() / Float.BYTES];
            if (shape.size() != values.length) {
                throw new InvalidProtocolBufferException("Tensor '" + entry.getKey() + "' " + shape + " needs "
                        + shape.size() + " values, but the file holds " + values.length);
            }
            proto.getValues()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            tensors.put(entry.getKey(), new Tensor(shape, values));
        }
        return tensors;
    }
}
