package io.github.tribuopeft.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.UploadedAdapter;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBackbone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("gpu")
class BatchGeneratorTest {

    private static final List<String> PROMPTS = List.of("the small dog", "a", "she said to the station", "dog");

    private static UploadedAdapter prompt(ModelDimensions dimensions, NDManager scope, int count, int seed) {
        Shape shape = new Shape(1, count, dimensions.hidden());
        NDArray prompt =
                RandomTensors.normal(shape, 0.5, new SplittableRandom(seed)).upload(scope);
        return new UploadedAdapter(Map.of("prompt", prompt), new VirtualTokens(count, Placement.BEFORE));
    }

    private static UploadedAdapter prefix(ModelDimensions dimensions, NDManager scope, int count, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Shape shape = new Shape(1, dimensions.keyValueHeads(), count, dimensions.headWidth());
        Map<String, NDArray> entries = new HashMap<>();
        for (int layer = 0; layer < dimensions.layers(); layer++) {
            entries.put(
                    AdapterEntry.PREFIX_KEY.of(layer),
                    RandomTensors.normal(shape, 1, random).upload(scope));
            entries.put(
                    AdapterEntry.PREFIX_VALUE.of(layer),
                    RandomTensors.normal(shape, 1, random).upload(scope));
        }
        return new UploadedAdapter(entries, new VirtualTokens(count, Placement.NO_POSITION_IDS));
    }

    private static UploadedAdapter lowRank(Backbone backbone, NDManager scope, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, NDArray> entries = new HashMap<>();
        for (LinearLayer layer : backbone.architecture().linearLayers()) {
            entries.put(
                    AdapterEntry.LORA_A.of(layer),
                    RandomTensors.normal(new Shape(2, layer.in()), 0.3, random).upload(scope));
            entries.put(
                    AdapterEntry.LORA_B.of(layer),
                    RandomTensors.normal(new Shape(layer.out(), 2), 0.3, random).upload(scope));
        }
        return new UploadedAdapter(entries, VirtualTokens.NONE);
    }

    private static GenerationRequest request(int i) {
        String prompt = PROMPTS.get(i % PROMPTS.size());
        return (i % 3 == 0
                        ? GenerationRequest.greedy(prompt)
                        : new GenerationRequest(prompt, 1, 1, i % 5, 0.9, 0, i % 2 == 0 ? 1 : 1.2, i, List.of()))
                .withMaxTokens(6 + i % 5);
    }

    private static BatchGenerator.Item item(UploadedAdapter adapter, int i) {
        return new BatchGenerator.Item(adapter, request(i), part -> true);
    }

    /** Requests of several adapters, prompts, settings and lengths: the text of each is the one it has alone. */
    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#decoders")
    void textsDoNotDependOnTheirBatch(String family) {
        try (Backbone backbone = Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            ModelDimensions dimensions = backbone.dimensions();
            List<UploadedAdapter> adapters = List.of(
                    new UploadedAdapter(Map.of(), VirtualTokens.NONE),
                    prompt(dimensions, scope, 3, 1),
                    prompt(dimensions, scope, 5, 2),
                    prefix(dimensions, scope, 4, 3),
                    lowRank(backbone, scope, 4),
                    lowRank(backbone, scope, 5));
            List<BatchGenerator.Item> items = new ArrayList<>();
            for (int i = 0; i < 18; i++) {
                items.add(item(adapters.get(i % adapters.size()), i));
            }
            BatchGenerator generator = new BatchGenerator(backbone);
            List<Generation> alone = generator.generate(items, 1);
            assertThat(alone).extracting(Generation::ids).doesNotHaveDuplicates();
            assertThat(generator.generate(items, 18)).isEqualTo(alone);
            assertThat(generator.generate(items, 4)).isEqualTo(alone);
            for (int i = 0; i < items.size(); i++) {
                assertThat(new TextGenerator(backbone, items.get(i).adapter())
                                .generate(items.get(i).request(), part -> true))
                        .isEqualTo(alone.get(i));
            }
        }
    }

    @Test
    void aCancelledTextLeavesTheBatch() {
        try (Backbone backbone = Backbone.open(new TinyBackbone("llama"), TestDevice.get(), Precision.FP32)) {
            UploadedAdapter none = new UploadedAdapter(Map.of(), VirtualTokens.NONE);
            List<String> parts = new ArrayList<>();
            List<BatchGenerator.Item> items = List.of(
                    new BatchGenerator.Item(none, request(1), part -> {
                        parts.add(part);
                        return false;
                    }),
                    item(none, 2));
            BatchGenerator generator = new BatchGenerator(backbone);
            List<Generation> texts = generator.generate(items, 2);
            assertThat(texts.get(0).finishReason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(parts).hasSize(1);
            assertThat(texts.get(1))
                    .isEqualTo(generator.generate(List.of(item(none, 2)), 1).get(0));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#decoders")
    void requestsThatAreTooLong(String family) {
        try (Backbone backbone = Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            BatchGenerator generator = new BatchGenerator(backbone);
            UploadedAdapter prompt = prompt(backbone.dimensions(), scope, 3, 1);
            int promptTokens = backbone.tokenizer().encodeBeginning("dog").length;
            GenerationRequest fits = GenerationRequest.greedy("dog").withMaxTokens(46 - promptTokens);
            Generation text = generator
                    .generate(List.of(new BatchGenerator.Item(prompt, fits, part -> true)), 1)
                    .get(0);
            assertThat(text.promptTokens()).isEqualTo(promptTokens);
            GenerationRequest tooLong = fits.withMaxTokens(47 - promptTokens);
            assertThatThrownBy(() ->
                            generator.generate(List.of(new BatchGenerator.Item(prompt, tooLong, part -> true)), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("in addition to the virtual tokens, the backbone has 45 positions");
            assertThatThrownBy(() -> generator.generate(List.of(), 0))
                    .hasMessage("The batch size must be at least 1, but is 0");
        }
    }
}
