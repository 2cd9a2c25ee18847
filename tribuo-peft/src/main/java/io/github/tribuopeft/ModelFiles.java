package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.Readout;
import io.github.tribuopeft.protos.AdapterProto;
import io.github.tribuopeft.protos.BackboneProto;
import io.github.tribuopeft.protos.HeadProto;
import io.github.tribuopeft.protos.ModelStateProto;
import io.github.tribuopeft.protos.SealedProto;
import io.github.tribuopeft.protos.TrainingStateProto;
import io.github.tribuopeft.protos.ValuesProto;
import io.github.tribuopeft.training.TrainingState;
import io.github.tribuopeft.training.TrainingState.Values;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.tribuo.Output;
import org.tribuo.protos.core.ModelProto;

/** Tuned parts as protobuf messages, and back. The messages are described in {@code tribuo-peft.proto}. */
final class ModelFiles {

    /** The most values that a file holds: a protobuf has at most 2 GB, of which 100 MB are left to names and provenance. */
    static final long MOST_VALUES = (ModelFile.MAX_BYTES - 100_000_000) / Float.BYTES;

    private ModelFiles() {}

    /** Reads a model's content, as Tribuo's factories do. */
    @FunctionalInterface
    interface Factory<M> {
        M read(int version, String className, Any content) throws InvalidProtocolBufferException;
    }

    private static final Map<Class<? extends AdaptedModel>, Factory<? extends AdaptedModel>> KINDS = Map.of(
            PeftModel.class, PeftModel::deserializeFromProto,
            PeftSequenceModel.class, PeftSequenceModel::deserializeFromProto);

    /**
     * Reads a model file of any kind.
     *
     * @throws IOException if the file cannot be read, holds something else, or was cut short or altered
     */
    static AdaptedModel load(Path file) throws IOException {
        return read(file, KINDS.get(kind(file)));
    }

    /**
     * The class of model in a file, of which only the beginning is read.
     *
     * @throws IOException if the file cannot be read, or holds something else
     */
    static Class<? extends AdaptedModel> kind(Path file) throws IOException {
        String className = ModelFile.className(file);
        return KINDS.keySet().stream()
                .filter(type -> type.getName().equals(className))
                .findFirst()
                .orElseThrow(() ->
                        new IOException(file + " holds " + named(className) + ", but a tuned model was expected"));
    }

    /**
     * Reads a model file. Tribuo's messages for models and sequence models are alike, so the class's name tells them apart.
     *
     * @param type the class of model that is wanted
     * @param kind what it is, for people
     * @throws IOException if the file cannot be read, holds another kind of model, or was cut short or altered
     */
    static <M> M load(Path file, Class<?> type, String kind, Factory<M> factory) throws IOException {
        String className = ModelFile.className(file);
        if (!className.equals(type.getName())) {
            throw new IOException(file + " holds " + named(className) + ", but a " + kind + " (" + type.getSimpleName()
                    + ") was expected");
        }
        return read(file, factory);
    }

    private static <M> M read(Path file, Factory<M> factory) throws IOException {
        try {
            ModelProto proto = ModelFile.read(file);
            return factory.read(proto.getVersion(), proto.getClassName(), proto.getSerializedData());
        } catch (InvalidProtocolBufferException | IllegalArgumentException | PropertyException e) {
            throw new IOException(file + " cannot be read as a model: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new IOException(file + " cannot be read as a model: its parts contradict each other", e);
        } catch (OutOfMemoryError e) {
            throw ModelFile.tooLarge(file, e);
        }
    }

    private static String named(String className) {
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
                .setSha256(ByteString.copyFromUtf8(sha256(body)))
                .build());
    }

    /**
     * Takes a body from under its seal.
     *
     * @throws InvalidProtocolBufferException if the message is no sealed body or its bytes have changed
     */
    static ByteString unseal(Any message) throws InvalidProtocolBufferException {
        if (!message.is(SealedProto.class)) {
            throw new InvalidProtocolBufferException("The model's content is of type '" + message.getTypeUrl() + "'");
        }
        SealedProto sealed = ModelFile.parse(message.getValue(), SealedProto.parser());
        if (!sha256(sealed.getBody()).equals(sealed.getSha256().toStringUtf8())) {
            throw new InvalidProtocolBufferException(
                    "The model's content does not match its SHA-256: the file was altered or damaged");
        }
        return sealed.getBody();
    }

    private static String sha256(ByteString bytes) {
        MessageDigest digest = Fingerprint.digest();
        bytes.asReadOnlyByteBufferList().forEach(digest::update);
        return Fingerprint.hex(digest);
    }

    /** Whether a file can hold so many values. */
    static boolean holds(long values) {
        return values <= MOST_VALUES;
    }

    /**
     * Writes parts.
     *
     * @throws IllegalStateException if a file cannot hold them, or could not be read again
     */
    static ModelStateProto write(ModelState<?> parts) {
        if (!holds(parts.values())) {
            throw new IllegalStateException(
                    "The model has " + parts.values() + " values; a model file holds at most " + MOST_VALUES);
        }
        Fingerprint fingerprint = parts.backbone().fingerprint();
        BackboneProto.Builder backbone = BackboneProto.newBuilder()
                .setName(parts.backbone().name())
                .setConfigSha256(fingerprint.config())
                .setWeightsSha256(fingerprint.weights())
                .setTokenizerSha256(fingerprint.tokenizer());
        parts.backbone().source().ifPresent(source -> backbone.setSource(Components.writeHint(source)));
        ModelStateProto.Builder proto = ModelStateProto.newBuilder()
                .setMethod(parts.method())
                .setBackbone(backbone)
                .setAdapter(AdapterProto.newBuilder()
                        .putAllTensors(TensorMessages.write(parts.adapter().tensors()))
                        .setVirtualTokens(parts.adapter().virtualTokens().count())
                        .setPlacement(
                                parts.adapter().virtualTokens().placement().name()))
                .setHead(HeadProto.newBuilder()
                        .setComponent(Components.write(parts.head(), OutputHead.class))
                        .putAllTensors(TensorMessages.write(parts.headTensors()))
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
                .putAllMethod(TensorMessages.write(values.method()))
                .putAllHead(TensorMessages.write(values.head()))
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
        return new Values(TensorMessages.read(proto.getMethodMap()), TensorMessages.read(proto.getHeadMap()));
    }

    /**
     * Reads parts whose head makes outputs of type T; the caller vouches for T by the model's output domain.
     *
     * @param readouts the readouts that the model may have
     * @throws IllegalArgumentException if the parts contradict each other
     */
    static <T extends Output<T>, R extends Enum<R> & Readout> ModelState<T> read(
            ModelStateProto proto, Class<R> readouts) throws InvalidProtocolBufferException {
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
                constant("readout", proto.getHead().getReadout(), readouts),
                proto.getMaxLength(),
                constant("precision", proto.getPrecision(), Precision.class),
                proto.getDevice(),
                proto.hasState() ? Optional.of(read(proto.getState())) : Optional.empty());
    }

    /**
     * The place that the model remembers, which is only a hint: the backbone may still be found by its fingerprint. A hint that must not be followed, or
     * cannot be, says why.
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

    /** The constant of a name. */
    static <E extends Enum<E>> E constant(String field, String name, Class<E> type)
            throws InvalidProtocolBufferException {
        String present = EarlierNames.constant(name);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(present)) {
                return constant;
            }
        }
        throw new InvalidProtocolBufferException("The model's " + field + " is '" + name + "'; expected one of "
                + Arrays.toString(type.getEnumConstants()));
    }
}
