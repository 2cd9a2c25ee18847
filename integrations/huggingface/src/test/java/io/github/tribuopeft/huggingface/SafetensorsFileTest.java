package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.engine.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

    @TempDir
    private Path temporary;

    private Path write(String header, byte[] values) throws IOException {
        return Files.write(temporary.resolve("x.safetensors"), Safetensors.file(header, values));
    }

    private static byte[] shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.array();
    }

    private Tensor read(Path path, String name) {
        try (SafetensorsFile file = SafetensorsFile.open(path);
                NDManager manager = NDManager.newBaseManager()) {
            assertThat(file.read(manager, name).getDataType()).isEqualTo(DataType.FLOAT32);
            return Tensor.of(file.read(manager, name));
        }
    }

    @Test
    void halfPrecision() throws IOException {
        Path file = write(
                "{\"x\":{\"dtype\":\"F16\",\"shape\":[2,4],\"data_offsets\":[0,16]}}",
                shorts(0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0x7c00, 0xfc00, 0x3555));
        assertThat(read(file, "x")).isEqualTo(new Tensor(new Shape(2, 4), new float[] {
            1f, -2f, 0x1p-24f, -0f, 65504f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0.333251953125f
        }));
    }

    /** More values than are widened at a time, of every exponent and sign. */
    @Test
    void bfloat16() throws IOException {
        int[] all = new int[0x7f80];
        float[] expected = new float[all.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = i | (i & 1) << 15;
            expected[i] = Float.intBitsToFloat(all[i] << 16);
        }
        Path file = write(
                "{\"x\":{\"dtype\":\"BF16\",\"shape\":[" + all.length + "],\"data_offsets\":[0," + 2 * all.length
                        + "]}}",
                shorts(all));
        assertThat(read(file, "x").values()).containsExactly(expected);
    }

    @Test
    void doublePrecision() throws IOException {
        Path file = write(
                "{\"x\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}",
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putDouble(1.5)
                        .putDouble(Math.PI)
                        .array());
        assertThat(read(file, "x").values()).containsExactly(1.5f, (float) Math.PI);
    }

    /** More values than a piece has, so that pieces are put together. */
    @Test
    void tensorsInPieces() throws IOException {
        int count = (1 << 24) + 3;
        byte[] values = new byte[2 * count];
        ByteBuffer.wrap(values)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(0, (short) 0x3c00)
                .putShort(2 * ((1 << 24) - 1), (short) 0x4000)
                .putShort(2 << 24, (short) 0x4200)
                .putShort(2 * (count - 1), (short) 0x4400);
        Path file = write(
                "{\"x\":{\"dtype\":\"F16\",\"shape\":[" + count + "],\"data_offsets\":[0," + 2 * count + "]}}", values);
        float[] found = read(file, "x").values();
        assertThat(found).hasSize(count);
        assertThat(found[0]).isEqualTo(1f);
        assertThat(found[1]).isEqualTo(0f);
        assertThat(found[(1 << 24) - 1]).isEqualTo(2f);
        assertThat(found[1 << 24]).isEqualTo(3f);
        assertThat(found[count - 1]).isEqualTo(4f);
    }

    /** A file may hold what is no weight, such as old checkpoints' position ids. */
    @ParameterizedTest
    @ValueSource(strings = {"I64", "BOOL", "F8_E4M3", "F24"})
    void otherFormatsAreErrorsOnlyWhenRead(String type) throws IOException {
        Path path = write("{\"x\":{\"dtype\":\"" + type + "\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]);
        try (SafetensorsFile file = SafetensorsFile.open(path);
                NDManager manager = NDManager.newBaseManager()) {
            assertThat(file.shapes()).containsEntry("x", new Shape(1));
            assertThatThrownBy(() -> file.read(manager, "x"))
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("tensor 'x' has number format '" + type + "'")
                    .hasMessageContaining("[F64, F32, F16, BF16]");
            assertThatThrownBy(() -> file.read(manager, "y"))
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("has no tensor 'y'");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                                                                                   | no JSON object
            {"x":null}                                                                                           | tensor 'x' is null
            {"x":{"dtype":"F32","shape":[2]}}                                                                    | data_offsets
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}                                             | two data_offsets
            {"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}                                             | no JSON of tensors
            {"x":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}                                             | no JSON of tensors
            {"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}                                              | has no sensible shape: [-2]
            {"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}                           | has no sensible shape
            {"x":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}                            | no JSON of tensors
            {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}                                               | F32 [3] needs 12 bytes, but is given bytes 0 to 8
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                                               | cannot lie at bytes 8 to 0
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}                                              | cannot lie at bytes -8 to 0
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                                               | begins at byte 4 of the values, but what lies before it ends at 0
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}                                               | its tensors take 4 bytes, but it holds 8 bytes
            {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}                                              | its tensors take 12 bytes, but it holds 8 bytes
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensor 'y' begins at byte 4 of the values, but what lies before it ends at 8
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | Duplicate field 'x'
            """)
    void headersThatLie(String header, String message) throws IOException {
        Path file = write(header, new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("x.safetensors is no whole safetensors file: ")
                .hasMessageContaining(message);
    }

    @Test
    void headersThatAreNestedTooDeep() throws IOException {
        Path file = write("{\"x\":" + "[".repeat(1_000_000), new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(BackboneException.class);
    }

    @Test
    void headersLongerThanTheFile() throws IOException {
        Path file = Files.write(
                temporary.resolve("x.safetensors"),
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(Long.MAX_VALUE)
                        .array());
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("its header should have " + Long.MAX_VALUE + " bytes, but the file has 16");
    }
}
