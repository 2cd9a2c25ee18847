package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceDirectoryTest {

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void writeDirectory() throws IOException {
        directory = TinyBertDirectory.write(temporary.resolve("tiny"));
    }

    private void open() {
        Backbone.open(new HuggingFaceDirectory(directory), TestDevice.get(), Precision.FP32)
                .close();
    }

    @Test
    void weightsEqualThoseOfTheSource() {
        try (Backbone fromFiles = Backbone.open(new HuggingFaceDirectory(directory), TestDevice.get(), Precision.FP32);
                Backbone inMemory = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32)) {
            assertThat(fromFiles.weightsHash()).isEqualTo(inMemory.weightsHash());
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
                .hasMessageContaining("16 is not a multiple of 3 heads");
    }

    @Test
    void truncatedWeights() throws IOException {
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
    void moreLayersThanTensors() throws IOException {
        rewriteConfig("\"num_hidden_layers\":2", "\"num_hidden_layers\":1000000000");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("'num_hidden_layers' is 1000000000, but the weights are only 37 tensors");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pytorch_model.bin                | torch.load('pytorch_model.bin', map_location='cpu', weights_only=True)
            pytorch_model.bin.index.json     | AutoModel.from_pretrained('.').save_pretrained('.')
            model.pt                         | torch.load('model.pt'
            tf_model.h5                      | AutoModel.from_pretrained('.', from_tf=True)
            flax_model.msgpack               | AutoModel.from_pretrained('.', from_flax=True)
            model.onnx                       | download the original's model.safetensors
            """)
    void weightsInOtherFormats(String file, String remedy) throws IOException {
        Files.move(directory.resolve("model.safetensors"), directory.resolve(file));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("has no model.safetensors but " + file + ", which is not read")
                .hasMessageContaining(remedy);
    }

    @Test
    void missingTokenizer() throws IOException {
        Files.delete(directory.resolve("tokenizer.json"));
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("has no tokenizer.json")
                .hasMessageContaining("AutoTokenizer.from_pretrained('.').save_pretrained('.')");
    }

    @Test
    void brokenTokenizer() throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), "{\"model\":{\"type\":\"Oracle\"}}");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("it is not a valid tokenizer.json");
    }

    @Test
    void poolingOfSentenceTransformers() throws IOException {
        assertThat(pooling()).isEmpty();
        Path settings = Files.createDirectory(directory.resolve("1_Pooling")).resolve("config.json");
        Files.writeString(settings, "{\"pooling_mode_cls_token\":true,\"pooling_mode_mean_tokens\":false}");
        assertThat(pooling()).contains(TextPooling.CLS);
        Files.writeString(settings, "{\"pooling_mode_cls_token\":false,\"pooling_mode_mean_tokens\":true}");
        assertThat(pooling()).contains(TextPooling.MEAN);
        Files.writeString(settings, "{\"pooling_mode_lasttoken\":true}");
        assertThat(pooling()).contains(TextPooling.LAST);
        Files.writeString(settings, "{\"pooling_mode\":\"cls\"}");
        assertThat(pooling()).contains(TextPooling.CLS);
        // these modes are not supported, so the architecture's default is used
        Files.writeString(settings, "{\"pooling_mode_max_tokens\":true}");
        assertThat(pooling()).isEmpty();
        Files.writeString(settings, "{\"pooling_mode_cls_token\":true,\"pooling_mode_mean_tokens\":true}");
        assertThat(pooling()).isEmpty();
    }

    @Test
    void poolingInTheFolderThatModulesName() throws IOException {
        Path modules = directory.resolve("modules.json");
        Files.writeString(
                Files.createDirectory(directory.resolve("3_Pool")).resolve("config.json"),
                "{\"pooling_mode_lasttoken\":true}");
        Files.writeString(
                modules,
                "[{\"idx\":0,\"type\":\"sentence_transformers.models.Transformer\",\"path\":\"\"},"
                        + "{\"idx\":1,\"type\":\"sentence_transformers.models.Pooling\",\"path\":\"3_Pool\"}]");
        assertThat(pooling()).contains(TextPooling.LAST);
        Files.writeString(modules, "[{\"type\":\"sentence_transformers.models.Pooling\",\"path\":\"../3_Pool\"}]");
        assertThatThrownBy(this::pooling)
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("modules.json names a folder outside its directory: '../3_Pool'");
    }

    private Optional<TextPooling> pooling() {
        try (Checkpoint checkpoint = new HuggingFaceDirectory(directory).open()) {
            return checkpoint.pooling();
        }
    }

    private void rewriteConfig(String from, String to) throws IOException {
        Path file = directory.resolve("config.json");
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }
}
