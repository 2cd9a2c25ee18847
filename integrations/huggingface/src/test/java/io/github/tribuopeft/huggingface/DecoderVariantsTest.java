package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden models with changed configurations. The expected values are the first four of the first text's last token in
 * transformers 5.18, for the same weights, batch and configuration.
 */
class DecoderVariantsTest {

    static Stream<Arguments> variants() {
        return Golden.roots().stream()
                .flatMap(files -> files.folder().equals(GoldenFiles.own()) ? recorded(files) : known(files));
    }

    /** Returns the variants that the files contain. */
    private static Stream<Arguments> recorded(Golden files) {
        return Stream.of("llama", "mistral", "qwen2", "qwen3").flatMap(family -> {
            Golden golden = files.in(family);
            return StreamSupport.stream(
                            golden.json("golden.json").get("variants").spliterator(), false)
                    .map(variant ->
                            Arguments.of(golden, variant.get("changes").toString(), floats(variant.get("last_token"))));
        });
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    /** Returns the variants for files that do not contain any. */
    private static Stream<Arguments> known(Golden files) {
        return Stream.of(
                Arguments.of(files.in("mistral"), "{\"sliding_window\": 4}", new float[] {
                    0.286453f, 2.78081f, -0.118605f, 1.26672f
                }),
                Arguments.of(
                        files.in("qwen2"),
                        "{\"use_sliding_window\": true, \"sliding_window\": 4, \"max_window_layers\": 1, \"layer_types\": null}",
                        new float[] {0.464841f, -1.30335f, 0.12965f, 0.0855796f}),
                Arguments.of(
                        files.in("qwen3"),
                        "{\"use_sliding_window\": true, \"sliding_window\": 6, \"max_window_layers\": 0, \"layer_types\":"
                                + " [\"sliding_attention\", \"sliding_attention\", \"sliding_attention\"]}",
                        new float[] {-1.00309f, -1.37951f, 1.23007f, 0.265229f}),
                Arguments.of(
                        files.in("llama"),
                        "{\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 4.0, \"rope_theta\": 10000.0}}",
                        new float[] {-2.04829f, 1.0501f, 0.270382f, 0.69884f}),
                Arguments.of(
                        files.in("llama"),
                        "{\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500000.0}}",
                        new float[] {-2.12282f, 0.668398f, 0.610165f, -0.822714f}));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void statesOfTheLastToken(Golden golden, String changes, float[] expected, @TempDir Path folder)
            throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode) golden.json("model/config.json");
        config.setAll((ObjectNode) json.readTree(changes));
        json.writeValue(folder.resolve("config.json").toFile(), config);
        for (String file : List.of("model.safetensors", "tokenizer.json")) {
            Files.copy(golden.folder().resolve("model").resolve(file), folder.resolve(file));
        }
        try (Backbone backbone = new Golden(folder).backbone(".");
                NDManager scope = backbone.newManager()) {
            TokenBatch batch = golden.batch();
            NDArray hidden =
                    TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
            int last = batch.sequence(0).length() - 1;
            assertThat(hidden.get(new NDIndex("0, {}, :4", last)).toFloatArray())
                    .containsExactly(expected, within(3e-5f));
        }
    }
}
