package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.family.Family;
import io.github.tribuopeft.huggingface.family.TensorLocation;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsFile;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints with fused tensors. */
class DirectoryCheckpointTest {

    @TempDir
    private Path temporary;

    /**
     * Family with query, key and value in one tensor [in, out], as in GPT-2, and a head that is tied to the word
     * embeddings.
     */
    private static final class Fused implements Family {

        private static final Map<String, TensorLocation> PLACES = Map.of(
                "query", new TensorLocation("fused", 0, 3, true),
                "key", new TensorLocation("fused", 1, 3, true),
                "value", new TensorLocation("fused", 2, 3, true),
                "head", TensorLocation.whole("words"));

        @Override
        public Architecture architecture(ConfigFile config) {
            Architecture bert = new Bert(1, 1, 1, 2, 1, 1, 1, 1e-12).architecture();
            Map<String, Shape> weights = Map.of(
                    "words", new Shape(1, 2),
                    "head", new Shape(1, 2),
                    "query", new Shape(1, 2),
                    "key", new Shape(1, 2),
                    "value", new Shape(1, 2));
            return new Architecture(
                    "fused", bert.program(), bert.constants(), bert.dimensions(), weights, List.of(), false);
        }

        @Override
        public List<String> prefixes() {
            return List.of("model.");
        }

        @Override
        public TensorLocation locate(String weight) {
            return PLACES.getOrDefault(weight, TensorLocation.whole(weight));
        }
    }

    private Map<String, Tensor> read(Map<String, Tensor> tensors) throws IOException {
        Path file = Files.write(temporary.resolve("model.safetensors"), TinyBertDirectory.safetensors(tensors));
        CheckpointTensors opened = new CheckpointTensors();
        opened.add(SafetensorsFile.open(file), tensors.keySet());
        Family family = new Fused();
        Map<String, Tensor> weights = new LinkedHashMap<>();
        try (Checkpoint checkpoint = new DirectoryCheckpoint(
                        family.architecture(null),
                        family,
                        opened,
                        Optional.empty(),
                        List.of(),
                        OptionalInt.empty(),
                        temporary);
                NDManager manager = NDManager.newBaseManager()) {
            checkpoint.read(manager, (name, values, format) -> {
                weights.put(name, Tensor.of(values));
                values.close(); // as the backbone does after copying
            });
        }
        return weights;
    }

    @Test
    void severalWeightsOfOneTensor() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("model.words", new Tensor(new Shape(1, 2), new float[] {7, 8}));
        tensors.put("model.fused", new Tensor(new Shape(2, 3), new float[] {1, 2, 3, 4, 5, 6}));
        assertThat(read(tensors))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "words", new Tensor(new Shape(1, 2), new float[] {7, 8}),
                        "head", new Tensor(new Shape(1, 2), new float[] {7, 8}),
                        "query", new Tensor(new Shape(1, 2), new float[] {1, 4}),
                        "key", new Tensor(new Shape(1, 2), new float[] {2, 5}),
                        "value", new Tensor(new Shape(1, 2), new float[] {3, 6})));
    }

    /** A fused tensor is read once: its weights are delivered one after the other. */
    @Test
    void fusedTensorIsReadOnce() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fused", new Tensor(new Shape(2, 3), new float[] {1, 2, 3, 4, 5, 6}));
        tensors.put("words", new Tensor(new Shape(1, 2), new float[] {7, 8}));
        List<String> order = List.copyOf(read(tensors).keySet());
        assertThat(Set.copyOf(order.subList(0, 3))).isEqualTo(Set.of("query", "key", "value"));
        assertThat(Set.copyOf(order.subList(3, 5))).isEqualTo(Set.of("words", "head"));
    }

    @Test
    void tensorThatCannotBeSplit() {
        assertThatThrownBy(() -> read(Map.of("fused", new Tensor(new Shape(2, 2), new float[] {1, 2, 3, 4}))))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("Tensor 'fused' (2, 2) cannot be split into 3 weights of the same size");
        assertThatThrownBy(() -> read(Map.of("fused", new Tensor(new Shape(), new float[] {1}))))
                .hasMessageContaining("'fused'");
    }
}
