package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceDirectoryTest {

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void writeDirectory() throws IOException {
        directory = TinyBertDirectory.write(temporary.resolve("tiny"));
    }

    private void open() {
        Backbone.open(new HuggingFaceDirectory(directory), Device.cpu(), Precision.FP32)
                .close();
    }

    @Test
    void holdsTheSameWeightsAsTheirSource() {
        try (Backbone fromFiles = Backbone.open(new HuggingFaceDirectory(directory), Device.cpu(), Precision.FP32);
                Backbone inMemory = Backbone.open(new TinyBert(), Device.cpu(), Precision.FP32)) {
            assertThat(fromFiles.weightsInMemory()).isEqualTo(inMemory.weightsInMemory());
        }
    }

    @Test
    void missingDirectory() {
        directory = temporary.resolve("elsewhere");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("There is no backbone directory")
                .hasMessageContaining("elsewhere");
    }

    @Test
    void missingWeights() throws IOException {
        Files.delete(directory.resolve("model.safetensors"));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("has no model.safetensors");
    }

    @Test
    void unknownArchitecture() throws IOException {
        rewriteConfig("\"bert\"", "\"capsule\"");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("model_type 'capsule'")
                .hasMessageContaining("known are bert");
    }

    @Test
    void unknownActivation() throws IOException {
        rewriteConfig("\"gelu\"", "\"swish\"");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("'hidden_act' is 'swish'");
    }

    @Test
    void wrongShape() throws IOException {
        rewriteConfig("\"vocab_size\":145", "\"vocab_size\":146");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("embeddings.word_embeddings.weight")
                .hasMessageContaining("(145, 16)")
                .hasMessageContaining("(146, 16)");
    }

    @Test
    void missingWeight() throws IOException {
        rewriteConfig("\"num_hidden_layers\":2", "\"num_hidden_layers\":3");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("has no weight 'encoder.layer.2.");
    }

    @Test
    void missingSetting() throws IOException {
        rewriteConfig("hidden_size", "hidden_sighs");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("'hidden_size' must be a positive integer, but is missing");
    }

    @Test
    void headsThatDoNotDivideTheWidth() throws IOException {
        rewriteConfig("\"num_attention_heads\":2", "\"num_attention_heads\":3");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("16 is no multiple of 3 heads");
    }

    @Test
    void weightsCutShortAnywhere() throws IOException {
        Path file = directory.resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 4, 8, 9, 100, 1000, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::open)
                    .as("cut to %d bytes", length)
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("model.safetensors");
        }
    }

    @Test
    void unknownNumberFormat() throws IOException {
        Path file = directory.resolve("other.safetensors");
        byte[] bytes = TinyBertDirectory.safetensors(Map.of("x", Tensor.zeros(2)));
        String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("F32", "F24");
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("'F24'");
    }

    private void rewriteConfig(String from, String to) throws IOException {
        Path file = directory.resolve("config.json");
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }
}
