package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that are more rows than are cast at a time arrive whole, in every format and way of lying in memory. */
class WeightLoadingTest {

    private static final String WORDS = "embeddings.word_embeddings.weight";
    private static final Architecture LONG = new Bert(20_000, 48, 2, 16, 2, 2, 32, 1e-12).architecture();
    /** A sign and seven bits, which every format holds. */
    private static final TinyCheckpoint WEIGHTS = rounded(TinyCheckpoint.random(LONG, 3));

    private static TinyCheckpoint rounded(TinyCheckpoint checkpoint) {
        checkpoint.weights().replaceAll((name, tensor) -> tensor.map(x -> Math.round(x * 32) / 32.0));
        return checkpoint;
    }

    /** Hands weights over as they would lie in a file. */
    private record TensorLocation(FloatFormat format, boolean transposed) implements Checkpoint {

        @Override
        public Architecture architecture() {
            return LONG;
        }

        @Override
        public void read(NDManager manager, WeightReceiver receiver) {
            WEIGHTS.weights().forEach((name, tensor) -> {
                NDArray values = carried(tensor.upload(manager));
                boolean turn = transposed && tensor.shape().dimension() == 2;
                receiver.accept(name, turn ? values.transpose().duplicate().transpose() : values, format);
            });
        }

        private NDArray carried(NDArray values) {
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
            // a copy, which does not need the buffer any longer
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
        BackboneSource tiny = new TinyBert(2_004);
        return new BackboneSource() {
            @Override
            public String name() {
                return "long";
            }

            @Override
            public Fingerprint fingerprint() {
                return tiny.fingerprint();
            }

            @Override
            public Checkpoint open() {
                return checkpoint;
            }

            @Override
            public ConfiguredObjectProvenance getProvenance() {
                return tiny.getProvenance();
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "F64, false, FP32", "F32, false, FP32", "F16, false, FP32", "BF16, false, FP32",
        "F64, true, BF16", "F32, true, BF16", "F16, true, BF16", "BF16, true, BF16",
        "F16, false, BF16", "BF16, true, FP32"
    })
    void allRows(FloatFormat format, boolean transposed, Precision precision) {
        try (Backbone backbone =
                Backbone.open(source(new TensorLocation(format, transposed)), Device.cpu(), precision)) {
            LONG.weights().keySet().forEach(name -> assertThat(backbone.weight(name))
                    .as(name)
                    .isEqualTo(WEIGHTS.weights().get(name)));
        }
    }

    /** Otherwise this test would prove little. */
    @Test
    void wordsAreMoreThanArePutAtATime() {
        Tensor words = WEIGHTS.weights().get(WORDS);
        assertThat(words.size()).isGreaterThan(262_144);
    }
}
