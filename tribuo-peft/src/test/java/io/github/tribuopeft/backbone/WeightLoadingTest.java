package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights with more values than are converted at once are loaded completely, in every format and memory layout. */
class WeightLoadingTest {

    private static final String WORDS = "embeddings.word_embeddings.weight";
    private static final Architecture LONG = new Bert(20_000, 48, 2, 16, 2, 2, 32, 1e-12).architecture();
    /** Values with a sign and seven bits, which every format represents exactly. */
    private static final TinyCheckpoint WEIGHTS = rounded(TinyCheckpoint.random(LONG, 3));

    private static TinyCheckpoint rounded(TinyCheckpoint checkpoint) {
        checkpoint.weights().replaceAll((name, tensor) -> tensor.map(x -> Math.round(x * 32) / 32.0));
        return checkpoint;
    }

    /** Checkpoint that passes weights in a format and memory layout. */
    private record FormattedCheckpoint(FloatFormat format, boolean transposed) implements Checkpoint {

        @Override
        public Architecture architecture() {
            return LONG;
        }

        @Override
        public void read(NDManager manager, WeightReceiver receiver) {
            WEIGHTS.weights().forEach((name, tensor) -> {
                NDArray values = converted(tensor.upload(manager));
                boolean transpose = transposed && tensor.shape().dimension() == 2;
                receiver.accept(name, transpose ? values.transpose().duplicate().transpose() : values, format);
            });
        }

        private NDArray converted(NDArray values) {
            return switch (format) {
                case F64 -> values.toType(DataType.FLOAT64, false);
                case F32 -> values;
                case F16 -> values.toType(DataType.FLOAT16, false);
                case BF16 -> upperHalves(values);
            };
        }

        private static NDArray upperHalves(NDArray values) {
            float[] all = values.toFloatArray();
            ByteBuffer bits =
                    ByteBuffer.allocateDirect(Short.BYTES * all.length).order(ByteOrder.nativeOrder());
            for (float value : all) {
                bits.putShort((short) (Float.floatToRawIntBits(value) >> Short.SIZE));
            }
            // a copy that does not use the buffer
            return values.getManager()
                    .create(bits.flip(), values.getShape(), DataType.FLOAT16)
                    .duplicate();
        }

        @Override
        public InputStream tokenizer() throws IOException {
            return WEIGHTS.tokenizer();
        }
    }

    private static BackboneSource source(Checkpoint checkpoint) {
        return new StubSource("long", new TinyBert(2_004)::fingerprint, () -> checkpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "F64, false, FP32", "F32, false, FP32", "F16, false, FP32", "BF16, false, FP32",
        "F64, true, BF16", "F32, true, BF16", "F16, true, BF16", "BF16, true, BF16",
        "F16, false, BF16", "BF16, true, FP32"
    })
    void allRows(FloatFormat format, boolean transposed, Precision precision) {
        try (Backbone backbone =
                Backbone.open(source(new FormattedCheckpoint(format, transposed)), TestDevice.get(), precision)) {
            LONG.weights().keySet().forEach(name -> assertThat(backbone.weight(name))
                    .as(name)
                    .isEqualTo(WEIGHTS.weights().get(name)));
        }
    }

    /** Otherwise the weights would be converted at once. */
    @Test
    void wordEmbeddingsHaveMoreValuesThanAreConvertedAtOnce() {
        Tensor words = WEIGHTS.weights().get(WORDS);
        assertThat(words.size()).isGreaterThan(262_144);
    }
}
