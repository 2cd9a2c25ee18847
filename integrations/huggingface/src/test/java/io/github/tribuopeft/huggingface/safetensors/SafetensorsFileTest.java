package io.github.tribuopeft.huggingface.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.engine.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
        SafetensorsFile file = SafetensorsFile.open(path);
        return file.read(name);
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

    /** All exponents and signs, with more values than are converted at a time. */
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

    /** Writers may pad the header to align the values, but do not have to. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "  ", "   ", "    ", "     ", "      ", "       "})
    void valuesAtAnyByte(String padding) throws IOException {
        ByteBuffer values = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        values.putShort((short) 0x3c00)
                .putShort((short) 0xbf80)
                .putFloat(2.5f)
                .putDouble(-3.25)
                .putFloat(4f);
        Path file = write("""
                {"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[2,4]},\
                "c":{"dtype":"F32","shape":[1,1],"data_offsets":[4,8]},"d":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},\
                "e":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},"f":{"dtype":"F32","shape":[0,3],"data_offsets":[20,20]}}\
                """ + padding, values.array());
        assertThat(List.of("a", "b", "c", "d", "e", "f").stream().map(name -> read(file, name)))
                .containsExactly(
                        new Tensor(new Shape(1), new float[] {1f}),
                        new Tensor(new Shape(1), new float[] {-1f}),
                        new Tensor(new Shape(1, 1), new float[] {2.5f}),
                        new Tensor(new Shape(1), new float[] {-3.25f}),
                        new Tensor(new Shape(1), new float[] {4f}),
                        Tensor.zeros(0, 3));
    }

    /** File names reach libtorch as UTF-8, not in Java's modified UTF-8 for native code. */
    @Test
    void namesOfAllPlanes() throws IOException {
        assumeTrue(
                System.getProperty("sun.jnu.encoding", "").equals("UTF-8"),
                "skipped: this system's file names are not in UTF-8");
        Path file = write("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", new byte[4]);
        Path moved = Files.move(file, temporary.resolve("Gr\u00f6\u00dfe 5.x \ud83d\ude00.safetensors"));
        assertThat(read(moved, "x")).isEqualTo(Tensor.zeros(1));
    }

    /** A file stays mapped as long as a view of it is open, even a view of a view. */
    @Test
    void viewsOutliveTheFile() throws IOException {
        Path path = write("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", new byte[8]);
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray view;
            SafetensorsFile file = SafetensorsFile.open(path);
            try (NDArray first = file.view(manager, "x")) {
                view = first.reshape(2, 1);
            }
            Files.delete(path);
            assertThat(view.toFloatArray()).containsExactly(0f, 0f);
        }
    }

    @Test
    void filesThatAreTruncated() throws IOException {
        Path path = write("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", new byte[8]);
        SafetensorsFile file = SafetensorsFile.open(path);
        Files.write(path, new byte[10]);
        assertThatThrownBy(() -> file.read("x"))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("x.safetensors: tensor 'x' cannot be read: it cannot be mapped into memory");
        Files.delete(path);
        assertThatThrownBy(() -> file.read("x")).isInstanceOf(BackboneException.class);
    }

    /** A file may contain tensors that are not weights, such as the position ids of old checkpoints. */
    @ParameterizedTest
    @ValueSource(strings = {"I64", "BOOL", "F8_E4M3", "F24"})
    void otherFormatsAreErrorsOnlyWhenRead(String type) throws IOException {
        Path path = write("{\"x\":{\"dtype\":\"" + type + "\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]);
        SafetensorsFile file = SafetensorsFile.open(path);
        assertThat(file.shapes()).containsEntry("x", new Shape(1));
        assertThatThrownBy(() -> file.read("x"))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("tensor 'x' has number format '" + type + "'")
                .hasMessageContaining("[F64, F32, F16, BF16]");
        assertThatThrownBy(() -> file.read("y"))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("has no tensor 'y'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                                                                                   | not a JSON object
            {"x":null}                                                                                           | tensor 'x' is null
            {"x":{"dtype":"F32","shape":[2]}}                                                                    | data_offsets
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}                                             | two data_offsets
            {"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}                                             | not valid JSON of tensors
            {"x":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}                                             | not valid JSON of tensors
            {"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}                                              | has an invalid shape: [-2]
            {"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}                           | has an invalid shape
            {"x":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}                            | not valid JSON of tensors
            {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}                                               | F32 [3] needs 12 bytes, but has bytes 0 to 8
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                                               | has invalid data_offsets: 8 to 0
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}                                              | has invalid data_offsets: -8 to 0
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                                               | begins at byte 4 of the values, but the tensor before it ends at 0
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}                                               | its tensors need 4 bytes, but it contains 8 bytes
            {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}                                              | its tensors need 12 bytes, but it contains 8 bytes
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensor 'y' begins at byte 4 of the values, but the tensor before it ends at 8
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | Duplicate field 'x'
            """)
    void invalidHeaders(String header, String message) throws IOException {
        Path file = write(header, new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("x.safetensors is not a complete safetensors file: ")
                .hasMessageContaining(message);
    }

    @Test
    void headersThatAreNestedTooDeep() throws IOException {
        Path file = write("{\"x\":" + "[".repeat(1_000_000), new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(BackboneException.class);
    }

    /** The order of the keys is fixed, so that equal tensors are equal files in every run. */
    @Test
    void writtenHeader() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SafetensorsWriter.write(out, Map.of("x", Tensor.zeros(1, 2)), Map.of("format", "pt"));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"x\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}");
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
