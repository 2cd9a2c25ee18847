package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.protos.AdapterProto;
import io.github.tribuopeft.protos.BackboneProto;
import io.github.tribuopeft.protos.HeadProto;
import io.github.tribuopeft.protos.ModelStateProto;
import io.github.tribuopeft.protos.ParameterSetProto;
import io.github.tribuopeft.protos.SealedProto;
import io.github.tribuopeft.protos.TrainingStateProto;
import io.github.tribuopeft.training.ParameterSet;
import io.github.tribuopeft.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Output;
import org.tribuo.protos.core.ModelProto;

/** Conversion between model states and the protobuf messages of {@code tribuo-peft.proto}. */
final class ModelFiles {

    /**
     * Maximum number of values in a file: a protobuf has at most 2 GB, of which 100 MB are reserved for names and
     * provenance.
     */
    static final long MOST_VALUES = (ModelFile.MAX_BYTES - 100_000_000) / Float.BYTES;

    private static final String KIND = "model file";

    private ModelFiles() {}

    /** Factory of models from protobuf content, as in Tribuo. */
    @FunctionalInterface
    interface Factory<M> {
        M read(int version, String className, Any content) throws InvalidProtocolBufferException;
    }

    /** Reads a model file of one class. */
    @FunctionalInterface
    private interface Reader {
        AdaptedModel read(Path file, InferenceOptions options) throws IOException;
    }

    private static final Map<Class<? extends AdaptedModel>, Reader> KINDS = Map.of(
            PeftModel.class, PeftModel::load,
            PeftSequenceModel.class, PeftSequenceModel::load,
            PeftTextModel.class, PeftTextModel::load);

    /**
     * Reads a model file of any class.
     *
     * @throws IOException if the file cannot be read, contains something else, or is truncated or altered
     */
    static AdaptedModel load(Path file, InferenceOptions options) throws IOException {
        return KINDS.get(kind(file)).read(file, options);
    }

    /**
     * Returns the class of the model in a file. Reads only the beginning of the file.
     *
     * @throws IOException if the file cannot be read or contains something else
     */
    static Class<? extends AdaptedModel> kind(Path file) throws IOException {
        String className = ModelFile.className(file, KIND);
        return KINDS.keySet().stream()
                .filter(type -> type.getName().equals(className))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        file + " contains " + named(className) + ", but an adapted model was expected"));
    }

    /**
     * Reads a model file. Tribuo's messages for models and sequence models have the same fields; the class name
     * distinguishes them.
     *
     * @param type the expected class
     * @param kind description of the class in messages
     * @throws IOException if the file cannot be read, contains a model of another class, or is truncated or altered
     */
    static <M> M load(Path file, Class<?> type, String kind, Factory<M> factory) throws IOException {
        String className = ModelFile.className(file, KIND);
        if (!className.equals(type.getName())) {
            throw new IOException(file + " contains " + named(className) + ", but a " + kind + " ("
                    + type.getSimpleName() + ") was expected");
        }
        return read(file, factory);
    }

    private static <M> M read(Path file, Factory<M> factory) throws IOException {
        try {
            ModelProto proto = ModelFile.read(file, KIND);
            return factory.read(proto.getVersion(), proto.getClassName(), proto.getSerializedData());
        } catch (InvalidProtocolBufferException | IllegalArgumentException | PropertyException e) {
            throw new IOException(file + " cannot be read as a model: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new IOException(file + " cannot be read as a model: its parts do not fit each other", e);
        } catch (OutOfMemoryError e) {
            throw ModelFile.tooLarge(file, e);
        }
    }

    private static String named(String className) {
        return className.isEmpty() ? "no model" : "a " + className.substring(className.lastIndexOf('.') + 1);
    }

    /** Rejects files of a later format. */
    static void requireVersion(int version, int current) {
        if (version > current) {
            throw new IllegalArgumentException("The model was written by a newer version of this library: it has format"
                    + " version " + version + ", but this library reads versions up to " + current);
        }
        if (version < 0) {
            throw new IllegalArgumentException(
                    "The model has format version " + version + "; expected 0 to " + current);
        }
    }

    /** Wraps a body with its SHA-256. */
    static Any seal(ByteString body) {
        return Any.pack(SealedProto.newBuilder()
                .setBody(body)
                .setSha256(ByteString.copyFromUtf8(sha256(body)))
                .build());
    }

    /**
     * Returns a body after a check of its SHA-256.
     *
     * @throws InvalidProtocolBufferException if the message is not a sealed body or its bytes have changed
     */
    static ByteString unseal(Any message) throws InvalidProtocolBufferException {
        if (!message.is(SealedProto.class)) {
            throw new InvalidProtocolBufferException("The content is of type '" + message.getTypeUrl() + "'");
        }
        SealedProto sealed = ModelFile.parse(message.getValue(), SealedProto.parser());
        if (!sha256(sealed.getBody()).equals(sealed.getSha256().toStringUtf8())) {
            throw new InvalidProtocolBufferException(
                    "The content does not match its SHA-256: the file was altered or damaged");
        }
        return sealed.getBody();
    }

    private static String sha256(ByteString bytes) {
        MessageDigest digest = Fingerprint.digest();
        bytes.asReadOnlyByteBufferList().forEach(digest::update);
        return Fingerprint.hex(digest);
    }

    /** Returns whether a file can contain a number of values. */
    static boolean holds(long values) {
        return values <= MOST_VALUES;
    }

    /**
     * Writes the state of a model.
     *
     * @throws IllegalStateException if a file cannot contain it, or could not be read again
     */
    static ModelStateProto write(ModelState<?> state) {
        if (!holds(state.values())) {
            throw new IllegalStateException(
                    "The model has " + state.values() + " values; a model file contains at most " + MOST_VALUES);
        }
        Fingerprint fingerprint = state.backbone().fingerprint();
        BackboneProto.Builder backbone = BackboneProto.newBuilder()
                .setName(state.backbone().name())
                .setConfigSha256(fingerprint.config())
                .setWeightsSha256(fingerprint.weights())
                .setTokenizerSha256(fingerprint.tokenizer());
        state.backbone().source().ifPresent(source -> backbone.setSource(Components.writeHint(source)));
        ModelStateProto.Builder proto = ModelStateProto.newBuilder()
                .setMethod(state.method())
                .setBackbone(backbone)
                .setAdapter(AdapterProto.newBuilder()
                        .putAllTensors(TensorMessages.write(state.adapter().tensors()))
                        .setVirtualTokens(state.adapter().virtualTokens().count())
                        .setPlacement(
                                state.adapter().virtualTokens().placement().name()))
                .setHead(HeadProto.newBuilder()
                        .setComponent(Components.write(state.head(), OutputHead.class))
                        .putAllTensors(TensorMessages.write(state.headTensors()))
                        .setPooling(state.pooling().name()))
                .setMaxLength(state.maxLength())
                .setPrecision(state.precision().name())
                .setDevice(state.device());
        state.trainingState().ifPresent(kept -> proto.setTrainingState(write(kept)));
        return proto.build();
    }

    static TrainingStateProto write(TrainingState state) {
        return TrainingStateProto.newBuilder()
                .setParameters(write(state.parameters()))
                .setExpAvg(write(state.expAvg()))
                .setExpAvgSq(write(state.expAvgSq()))
                .setEpochs(state.epochs())
                .setSteps(state.steps())
                .build();
    }

    static ParameterSetProto write(ParameterSet tensors) {
        return ParameterSetProto.newBuilder()
                .putAllMethod(TensorMessages.write(tensors.method()))
                .putAllHead(TensorMessages.write(tensors.head()))
                .build();
    }

    static TrainingState read(TrainingStateProto proto) throws InvalidProtocolBufferException {
        return new TrainingState(
                read(proto.getParameters()),
                read(proto.getExpAvg()),
                read(proto.getExpAvgSq()),
                proto.getEpochs(),
                proto.getSteps());
    }

    static ParameterSet read(ParameterSetProto proto) throws InvalidProtocolBufferException {
        return new ParameterSet(TensorMessages.read(proto.getMethodMap()), TensorMessages.read(proto.getHeadMap()));
    }

    /**
     * Reads the state of a model whose head predicts outputs of type T. The caller checks T against the model's output
     * domain.
     *
     * @param poolings the poolings that the model may have
     * @throws IllegalArgumentException if parts of the state do not fit each other
     */
    static <T extends Output<T>, P extends Enum<P> & Pooling> ModelState<T> read(
            ModelStateProto proto, Class<P> poolings) throws InvalidProtocolBufferException {
        @SuppressWarnings("unchecked") // see above
        OutputHead<T> head = (OutputHead<T>) Components.read(proto.getHead().getComponent(), OutputHead.class);
        return new ModelState<>(
                proto.getMethod(),
                reference(proto.getBackbone()),
                new Adapter(
                        TensorMessages.read(proto.getAdapter().getTensorsMap()),
                        new VirtualTokens(
                                proto.getAdapter().getVirtualTokens(),
                                constant(
                                        "placement",
                                        proto.getAdapter().getPlacement(),
                                        VirtualTokens.Placement.class))),
                head,
                TensorMessages.read(proto.getHead().getTensorsMap()),
                constant("pooling", proto.getHead().getPooling(), poolings),
                proto.getMaxLength(),
                constant("precision", proto.getPrecision(), Precision.class),
                proto.getDevice(),
                proto.hasTrainingState() ? Optional.of(read(proto.getTrainingState())) : Optional.empty());
    }

    /**
     * Returns the reference to the backbone. Its source is only a hint: the backbone may also be found by its
     * fingerprint. If the hint cannot be used, the reference contains the reason.
     */
    private static BackboneReference reference(BackboneProto backbone) {
        Fingerprint fingerprint =
                new Fingerprint(backbone.getConfigSha256(), backbone.getWeightsSha256(), backbone.getTokenizerSha256());
        if (!backbone.hasSource()) {
            return new BackboneReference(backbone.getName(), fingerprint, Optional.empty(), Optional.empty());
        }
        try {
            BackboneSource source = Components.read(backbone.getSource(), BackboneSource.class);
            return new BackboneReference(backbone.getName(), fingerprint, Optional.of(source), Optional.empty());
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            return new BackboneReference(
                    backbone.getName(), fingerprint, Optional.empty(), Optional.ofNullable(e.getMessage()));
        }
    }

    /** Returns the constant of a name, which may be that of an earlier version. */
    static <E extends Enum<E>> E constant(String field, String name, Class<E> type)
            throws InvalidProtocolBufferException {
        String present = EarlierNames.constant(type.getName(), name);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(present)) {
                return constant;
            }
        }
        throw new InvalidProtocolBufferException("The model's " + field + " is '" + name + "'; expected one of "
                + Arrays.toString(type.getEnumConstants()));
    }
}
