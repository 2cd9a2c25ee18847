package io.github.tribuopeft.minilm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.GoldenFiles;
import io.github.tribuopeft.testing.TestDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class MiniLmTest {

    @Test
    void hiddenStatesAgreeWithTransformers() throws IOException {
        JsonNode golden = new ObjectMapper()
                .readTree(GoldenFiles.own().resolve("minilm/golden.json").toFile());
        try (Backbone backbone = Backbone.open(new MiniLm(), TestDevice.get(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            List<TokenSequence> sequences = new ArrayList<>();
            golden.get("texts")
                    .forEach(text -> sequences.add(backbone.tokenizer().encode(text.asText(), 512)));
            for (int i = 0; i < sequences.size(); i++) {
                assertThat(golden.get("ids").get(i).toString().replace(" ", ""))
                        .startsWith(Arrays.toString(sequences.get(i).ids())
                                .replace(" ", "")
                                .replace("]", ""));
            }
            TokenBatch batch = new TokenBatch(sequences);
            NDArray hidden =
                    TorchRuntime.withoutGradients(() -> backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE));
            NDArray pooled = TextPooling.MEAN.pool(hidden, batch);
            for (int i = 0; i < sequences.size(); i++) {
                assertThat(pooled.get(i).toFloatArray())
                        .containsExactly(floats(golden.get("mean_pooled").get(i)), within(1e-4f));
                assertThat(hidden.get("{}, 0, :8", i).toFloatArray())
                        .containsExactly(
                                floats(golden.get("first_token_first_8").get(i)), within(1e-4f));
            }
        }
    }

    @Test
    void handlesShareTheLoadedBackbone() {
        try (Backbone first = Backbone.open(new MiniLm(), TestDevice.get(), Precision.FP32);
                Backbone second = Backbone.open(new MiniLm(), TestDevice.get(), Precision.FP32)) {
            assertThat(first.tokenizer()).isSameAs(second.tokenizer());
            assertThat(first.architecture().parameters())
                    .isEqualTo(22_565_376L); // without the pooler, which is not used
        }
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }
}
