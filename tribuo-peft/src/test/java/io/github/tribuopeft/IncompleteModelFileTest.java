package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.Combination;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.protos.ModelStateProto;
import io.github.tribuopeft.protos.TensorProto;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ForgedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.protos.ImmutableLabelInfoProto;

/** Model files with valid hashes whose parts do not fit each other, or the backbone. */
class IncompleteModelFileTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);

    @TempDir
    private static Path folder;

    private static ForgedModel forged;

    @BeforeAll
    static void train() throws IOException {
        try (PeftModel<Label> model = Fixtures.trainer(new Combination(
                        "both", List.of(PrefixTuning.builder().virtualTokens(2).build(), new LoRA())))
                .options(Fixtures.options().epochs(1).keepState().build())
                .build()
                .train(OPINIONS)) {
            forged = new ForgedModel(model.serialize());
        }
    }

    private static TensorProto tensor(float value, long... shape) {
        int size = 1;
        TensorProto.Builder proto = TensorProto.newBuilder();
        for (long extent : shape) {
            size *= (int) extent;
            proto.addShape(extent);
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat(value);
        }
        return proto.setValues(ByteString.copyFrom(bytes.array())).build();
    }

    private static TensorProto shaped(int bytes, long... shape) {
        TensorProto.Builder proto = TensorProto.newBuilder().setValues(ByteString.copyFrom(new byte[bytes]));
        for (long extent : shape) {
            proto.addShape(extent);
        }
        return proto.build();
    }

    private static Arguments with(String part, Consumer<ModelStateProto.Builder> change) {
        return Arguments.of(part, change);
    }

    static Stream<Arguments> inconsistentStateIsAnError() {
        return Stream.of(
                with("maxLength", p -> p.setMaxLength(-1)),
                with("maxLength", p -> p.setMaxLength(0)),
                with("device 'cuda:99999999999'", p -> p.setDevice("cuda:99999999999")),
                with("device 'cuda:\u0661'", p -> p.setDevice("cuda:\u0661")),
                with("device ''", p -> p.clearDevice()),
                with("precision is 'FP8'", p -> p.setPrecision("FP8")),
                with("pooling is 'MAX'", p -> p.getHeadBuilder().setPooling("MAX")),
                with("placement is 'UNDER'", p -> p.getAdapterBuilder().setPlacement("UNDER")),
                with("virtual tokens", p -> p.getAdapterBuilder().setVirtualTokens(-1)),
                with("prefix.0.key", p -> p.getAdapterBuilder().setVirtualTokens(3)),
                with("virtual tokens", p -> p.getAdapterBuilder().clearTensors()),
                with("prefix.1.value", p -> p.getAdapterBuilder().removeTensors("prefix.1.value")),
                with(".lora.B", p -> p.getAdapterBuilder()
                        .removeTensors("encoder.layer.0.attention.self.query.lora.B")),
                with("'weight'", p -> p.getHeadBuilder().clearTensors()),
                with("'bias'", p -> p.getHeadBuilder().removeTensors("bias")),
                with("'weight' of the head is (9, 16); expected (2, 16)", p -> p.getHeadBuilder()
                        .putTensors("weight", tensor(1, 9, 16))),
                with("'weight'", p -> p.getHeadBuilder().putTensors("weight", tensor(1, 32))),
                with("'surplus'", p -> p.getHeadBuilder().putTensors("surplus", tensor(1, 1))),
                with("OutputHead is missing", p -> p.clearHead()),
                with("'bias' of the model's head contains NaN", p -> p.getHeadBuilder()
                        .putTensors("bias", tensor(Float.NaN, 2))),
                with("'prefix.0.key' of the model's adapter contains NaN", p -> p.getAdapterBuilder()
                        .putTensors("prefix.0.key", tensor(Float.POSITIVE_INFINITY, 1, 2, 2, 8))),
                with(
                        "training state",
                        p -> p.getTrainingStateBuilder().getExpAvgBuilder().putHead("bias", tensor(Float.NaN, 2))),
                with(
                        "AdamW",
                        p -> p.getTrainingStateBuilder().getExpAvgBuilder().putHead("other", tensor(1, 2))),
                with("epochs", p -> p.getTrainingStateBuilder().setEpochs(-1)),
                with("'bias' has shape [-2]", p -> p.getHeadBuilder().putTensors("bias", shaped(8, -2))),
                with("'bias' has shape [-1, -2]", p -> p.getHeadBuilder().putTensors("bias", shaped(8, -1, -2))),
                with("'bias' has shape [3]", p -> p.getHeadBuilder().putTensors("bias", shaped(8, 3))),
                with("'bias' has shape [2]", p -> p.getHeadBuilder().putTensors("bias", shaped(9, 2))),
                with("'bias' has shape [0]", p -> p.getHeadBuilder().putTensors("bias", shaped(0, 0))),
                with("'bias' has shape [4294967296, 4294967296]", p -> p.getHeadBuilder()
                        .putTensors("bias", shaped(0, 1L << 32, 1L << 32))),
                with("'bias' has shape [9223372036854775807, 2]", p -> p.getHeadBuilder()
                        .putTensors("bias", shaped(8, Long.MAX_VALUE, 2))));
    }

    private static PeftModel<?> load(byte[] bytes) throws IOException {
        return PeftModel.load(Files.write(folder.resolve("bad.tribuo"), bytes));
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource
    void inconsistentStateIsAnError(String part, Consumer<ModelStateProto.Builder> change) {
        assertThatThrownBy(() -> load(forged.parts(change)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("bad.tribuo", part);
    }

    @Test
    void labelWithoutAnIdIsAnError() throws IOException {
        byte[] file = forged.metadata(data -> {
            try {
                ImmutableLabelInfoProto.Builder labels =
                        data.getOutputDomain().getSerializedData().unpack(ImmutableLabelInfoProto.class).toBuilder();
                data.getOutputDomainBuilder()
                        .setSerializedData(Any.pack(labels.setId(0, 7).build()));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("outputs, but none with id");
    }

    static Stream<Arguments> stateThatDoesNotFitTheBackboneIsAnError() {
        return Stream.of(
                with("'prefix.2.key'", p -> p.getAdapterBuilder()
                        .putTensors("prefix.2.key", tensor(1, 1, 2, 2, 8))
                        .putTensors("prefix.2.value", tensor(1, 1, 2, 2, 8))),
                with("'foo'", p -> p.getAdapterBuilder().putTensors("foo", tensor(1, 2))),
                with(
                        "'prefix.0.key' of the adapter has shape [1, 2, 2, 9]; expected [1, 2, 2, 8]",
                        p -> p.getAdapterBuilder().putTensors("prefix.0.key", tensor(1, 1, 2, 2, 9))),
                with(
                        "'encoder.layer.0.attention.self.query.lora.A' of the adapter has shape [8, 17]",
                        p -> p.getAdapterBuilder()
                                .putTensors("encoder.layer.0.attention.self.query.lora.A", tensor(1, 8, 17))),
                with(
                        "'encoder.layer.0.attention.self.query.weight' of the adapter has shape [16]",
                        p -> p.getAdapterBuilder()
                                .putTensors("encoder.layer.0.attention.self.query.weight", tensor(1, 16))),
                with("'weight' of the head is (2, 17); expected (2, 16)", p -> p.getHeadBuilder()
                        .putTensors("weight", tensor(1, 2, 17))),
                with("maxLength is 49", p -> p.setMaxLength(49)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void stateThatDoesNotFitTheBackboneIsAnError(String part, Consumer<ModelStateProto.Builder> change)
            throws IOException {
        try (PeftModel<?> model = load(forged.parts(change))) {
            assertThatThrownBy(() -> model.castModel(Label.class).predict(OPINIONS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(part);
        }
    }

    /** A model with such tensors cannot be created, so it is never written. */
    @Test
    void nonFiniteTensorsAreNeverWritten() throws IOException {
        try (PeftModel<?> model = load(forged.parts(p -> {}))) {
            ModelState<?> parts = model.state();
            assertThatThrownBy(() -> parts.with(new Adapter(
                            Map.of("pooler.bias", new Tensor(new Shape(1), new float[] {Float.NaN})),
                            VirtualTokens.NONE)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'pooler.bias' of the model's adapter contains NaN");
        }
    }
}
