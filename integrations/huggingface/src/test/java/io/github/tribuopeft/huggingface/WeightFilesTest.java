package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.safetensors.Safetensors;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsFile;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights in shards, tied weights, and other names of weights. */
class WeightFilesTest {

    private static final String WORDS = "embeddings.word_embeddings.weight";

    @TempDir
    private Path temporary;

    private Path directory;
    private final Map<String, Tensor> weights = new TreeMap<>();

    @BeforeEach
    void writeDirectory() throws IOException {
        directory = TinyBertDirectory.write(temporary.resolve("tiny"));
        SafetensorsFile file = SafetensorsFile.open(directory.resolve("model.safetensors"));
        for (String name : file.shapes().keySet()) {
            weights.put(name, file.read(name));
        }

        Files.delete(directory.resolve("model.safetensors"));
    }

    /** Writes each third weight to the same shard, so that consecutive weights are in different shards. */
    private void writeShards() throws IOException {
        List<Map<String, Tensor>> shards = List.of(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        Map<String, String> weightMap = new TreeMap<>();
        weights.forEach((name, tensor) -> {
            int shard = weightMap.size() % 3;
            weightMap.put(name, shard(shard));
            shards.get(shard).put(name, tensor);
        });
        for (int i = 0; i < 3; i++) {
            Files.write(directory.resolve(shard(i)), TinyBertDirectory.safetensors(shards.get(i)));
        }
        writeIndex(weightMap);
    }

    private static String shard(int number) {
        return "model-0000" + (number + 1) + "-of-00003.safetensors";
    }

    private void writeIndex(Map<String, String> weightMap) throws IOException {
        new ObjectMapper()
                .writeValue(
                        directory.resolve("model.safetensors.index.json").toFile(),
                        Map.of("metadata", Map.of("total_size", 1), "weight_map", weightMap));
    }

    private void open() {
        Backbone.open(new HuggingFaceDirectory(directory), TestDevice.get(), Precision.FP32)
                .close();
    }

    private void assertTinyWeights() {
        try (Backbone found = Backbone.open(new HuggingFaceDirectory(directory), TestDevice.get(), Precision.FP32);
                Backbone expected = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32)) {
            for (String name : expected.architecture().weights().keySet()) {
                assertThat(found.weight(name)).as(name).isEqualTo(expected.weight(name));
            }
        }
    }

    /** Returns the weights that the checkpoint delivers. */
    private List<String> order() {
        List<String> order = new ArrayList<>();
        try (Checkpoint checkpoint = new HuggingFaceDirectory(directory).open();
                NDManager manager = NDManager.newBaseManager()) {
            checkpoint.read(manager, (name, values, format) -> {
                order.add(name);
                values.close();
            });
        }
        return order;
    }

    @Test
    void shards() throws IOException {
        writeShards();
        assertTinyWeights();
    }

    @Test
    void shardsAreReadInOrder() throws IOException {
        writeShards();
        List<String> forwards = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SafetensorsFile file = SafetensorsFile.open(directory.resolve(shard(i)));
            forwards.addAll(file.shapes().keySet());
        }
        assertThat(order()).containsExactlyElementsOf(forwards);
    }

    @Test
    void fingerprintDependsOnEveryFile() throws IOException {
        writeShards();
        String before = new HuggingFaceDirectory(directory).fingerprint().weights();
        assertThat(new HuggingFaceDirectory(directory).fingerprint().weights()).isEqualTo(before);
        for (String name : List.of("model.safetensors.index.json", shard(0), shard(2))) {
            Path file = directory.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
            if (!name.endsWith(".json")) {
                assertThat(new HuggingFaceDirectory(directory).fingerprint().weights())
                        .as(name)
                        .isNotEqualTo(before);
            }
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
        }
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                Files.readString(directory.resolve("model.safetensors.index.json")) + "\n");
        assertThat(new HuggingFaceDirectory(directory).fingerprint().weights()).isNotEqualTo(before);
    }

    @Test
    void missingShard() throws IOException {
        writeShards();
        Files.delete(directory.resolve(shard(1)));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("model.safetensors.index.json: weight '")
                .hasMessageContaining(shard(1) + "\", which is not a file of this directory. Download all shards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.safetensors", "folder/inside.safetensors", ".", "..", "", "a\u0000b"})
    void shardsMustBeInTheDirectory(String fileName) throws IOException {
        writeShards();
        Files.createDirectory(directory.resolve("folder"));
        Files.copy(directory.resolve(shard(0)), directory.resolve("folder").resolve("inside.safetensors"));
        Files.copy(directory.resolve(shard(0)), temporary.resolve("outside.safetensors"));
        writeIndex(Map.of(WORDS, fileName));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("model.safetensors.index.json: weight '" + WORDS + "'");
    }

    @Test
    void absolutePaths() throws IOException {
        writeShards();
        Path outside = Files.copy(directory.resolve(shard(0)), temporary.resolve("outside.safetensors"));
        writeIndex(Map.of(WORDS, outside.toAbsolutePath().toString()));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("which is not a file of this directory");
    }

    @Test
    void shardWithoutWeight() throws IOException {
        writeShards();
        Map<String, String> weightMap = new HashMap<>();
        weights.keySet().forEach(name -> weightMap.put(name, shard(0)));
        writeIndex(weightMap);
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining(shard(0) + " has no tensor '")
                .hasMessageContaining("model.safetensors.index.json lists for it");
    }

    @Test
    void indexWithoutAMap() throws IOException {
        Files.writeString(directory.resolve("model.safetensors.index.json"), "{\"metadata\":{}}");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("model.safetensors.index.json has no 'weight_map'");
    }

    /**
     * Tied weights as {@code safetensors.torch.save_model} writes them: one name is kept, and the metadata maps the
     * other name to it.
     */
    @Test
    void tiedWeights() throws IOException {
        weights.put("cls.predictions.decoder.weight", weights.remove(WORDS));
        Files.write(
                directory.resolve("model.safetensors"),
                Safetensors.with(Map.of(WORDS, "cls.predictions.decoder.weight"), weights));
        assertTinyWeights();
    }

    @Test
    void prefixesAndOldNames() throws IOException {
        Map<String, Tensor> old = new TreeMap<>();
        weights.forEach((name, tensor) -> old.put(
                "bert."
                        + name.replace("LayerNorm.weight", "LayerNorm.gamma")
                                .replace("LayerNorm.bias", "LayerNorm.beta"),
                tensor));
        Files.write(directory.resolve("model.safetensors"), TinyBertDirectory.safetensors(old));
        assertTinyWeights();
    }
}
