package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsFile;
import io.github.tribuopeft.testing.GoldenFiles;
import io.github.tribuopeft.testing.TestDevice;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Folder of golden files: tensors and settings that the Python libraries wrote.
 *
 * @param folder the folder
 */
public record Golden(Path folder) {

    /** Returns the folders that contain one folder for each family. */
    public static List<Golden> roots() {
        return GoldenFiles.all().stream().map(Golden::new).toList();
    }

    /** Returns a folder of test resources that the programs in {@code src/test/python} wrote. */
    public static Golden own(String folder) {
        try {
            return new Golden(Path.of(
                    Objects.requireNonNull(Golden.class.getResource(folder)).toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Copies the backbone in this folder to another one, with a dummy tokenizer, because the golden files contain
     * ids.
     */
    public HuggingFaceDirectory copyTo(Path directory) throws IOException {
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(folder.resolve(file), directory.resolve(file));
        }
        Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"pre_tokenizer\":{\"type\":\"Whitespace\"},\"model\":{\"type\":\"WordLevel\",\"vocab\":"
                        + "{\"?\":0},\"unk_token\":\"?\"}}");
        return new HuggingFaceDirectory(directory);
    }

    /** Returns an inner folder. */
    public Golden in(String inner) {
        return new Golden(folder.resolve(inner));
    }

    /** Opens the backbone in an inner folder. */
    public Backbone backbone(String directory) {
        return Backbone.open(new HuggingFaceDirectory(folder.resolve(directory)), TestDevice.get(), Precision.FP32);
    }

    /** Returns a configuration of the model in this folder. */
    public ConfigFile config(String file) {
        Path path = in("model").folder().resolve(file);
        return new ConfigFile(in("model").json(file), path);
    }

    public JsonNode json(String file) {
        try {
            return new ObjectMapper().readTree(folder.resolve(file).toFile());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public Set<String> names(String file) {
        return SafetensorsFile.open(folder.resolve(file)).shapes().keySet();
    }

    public Tensor tensor(String file, String name) {
        return SafetensorsFile.open(folder.resolve(file)).read(name);
    }

    public Tensor tensor(String name) {
        return tensor("golden.safetensors", name);
    }

    /** Reads an I64 tensor, which {@link SafetensorsFile} does not support. */
    public long[][] integers(String name) {
        try {
            byte[] bytes = Files.readAllBytes(folder.resolve("golden.safetensors"));
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int header = (int) buffer.getLong(0);
            JsonNode entry = new ObjectMapper().readTree(bytes, 8, header).get(name);
            int begin = 8 + header + entry.get("data_offsets").get(0).asInt();
            int rows = entry.get("shape").get(0).asInt();
            int columns = entry.get("shape").size() == 1
                    ? 1
                    : entry.get("shape").get(1).asInt();
            long[][] values = new long[rows][columns];
            for (int i = 0; i < rows * columns; i++) {
                values[i / columns][i % columns] = buffer.getLong(begin + 8 * i);
            }
            return values;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the tokens of the batch without padding. */
    public List<TokenSequence> sequences() {
        long[][] ids = integers("input_ids");
        long[][] mask = integers("attention_mask");
        List<TokenSequence> sequences = new ArrayList<>();
        for (int row = 0; row < ids.length; row++) {
            int length = (int) Arrays.stream(mask[row]).sum();
            int[] own = Arrays.stream(ids[row])
                    .limit(length)
                    .mapToInt(id -> (int) id)
                    .toArray();
            sequences.add(new TokenSequence(own, new int[length], new int[0], 0));
        }
        return sequences;
    }

    public TokenBatch batch() {
        return new TokenBatch(sequences());
    }

    /** Checks a gradient with a tolerance relative to its largest value. */
    public static void assertGradient(String name, Tensor found, Tensor expected) {
        double largest = 0;
        for (float value : expected.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(found.values()).as(name).containsExactly(expected.values(), within((float) (1e-4 * largest)));
    }

    /**
     * Checks states [B, T, H] at tokens that are not padding. Twice the tolerance is allowed on a GPU, which adds in
     * another order than the CPU that wrote the golden files.
     */
    public static void assertRealTokens(NDArray found, Tensor expected, TokenBatch batch, int skip, double tolerance) {
        double allowed = TestDevice.get().isGpu() ? 2 * tolerance : tolerance;
        float[] values = found.toType(DataType.FLOAT32, false).toFloatArray();
        Shape shape = expected.shape();
        int width = (int) shape.get(2);
        for (int row = 0; row < batch.rows(); row++) {
            for (int t = 0; t < batch.sequence(row).length(); t++) {
                for (int i = 0; i < width; i++) {
                    float expectedValue = expected.values()[(int) (((row * shape.get(1)) + skip + t) * width + i)];
                    float foundValue = values[(row * batch.width() + t) * width + i];
                    assertThat((double) foundValue)
                            .as("row %d token %d value %d", row, t, i)
                            .isCloseTo(expectedValue, within(allowed));
                }
            }
        }
    }
}
