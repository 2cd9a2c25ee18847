package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.NextTokenPooling;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.UploadedAdapter;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.generation.BatchGenerator;
import io.github.tribuopeft.generation.BeamRequest;
import io.github.tribuopeft.generation.BeamRequest.EarlyStopping;
import io.github.tribuopeft.generation.Generation;
import io.github.tribuopeft.generation.GenerationRequest;
import io.github.tribuopeft.generation.TextGenerator;
import io.github.tribuopeft.head.LmHead;
import io.github.tribuopeft.testing.GoldenFiles;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.training.AdaptedBackbone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Greedy texts of real small models, compared with those of transformers. */
@Tag("gpu")
class GreedyTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"tinystories-656k", "stories260k"})
    void beamSearchesAgree(String name) throws Exception {
        Path folder = GoldenFiles.models().resolve(name);
        assumeTrue(Files.isDirectory(folder), "skipped: there is no " + folder);
        JsonNode expected = new ObjectMapper().readTree(getClass().getResource("beams/" + name + ".json"));
        assertThat(expected).hasSize(12);
        try (Backbone backbone = Backbone.open(new HuggingFaceDirectory(folder), TestDevice.get(), Precision.FP32)) {
            UploadedAdapter none = new UploadedAdapter(Map.of(), VirtualTokens.NONE);
            for (JsonNode row : expected) {
                BeamRequest request = new BeamRequest(
                        row.get("prompt").asText(),
                        row.get("maxTokens").asInt(),
                        row.get("beams").asInt(),
                        row.get("lengthPenalty").asDouble(),
                        switch (row.get("earlyStopping").asText()) {
                            case "true" -> EarlyStopping.FIRST_COMPLETE;
                            case "false" -> EarlyStopping.UNLIKELY_TO_IMPROVE;
                            default -> EarlyStopping.CANNOT_IMPROVE;
                        });
                assertThat(new BatchGenerator(backbone).generate(none, request).ids())
                        .as(request.toString())
                        .isEqualTo(StreamSupport.stream(row.get("ids").spliterator(), false)
                                .map(JsonNode::intValue)
                                .toList());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tinystories-656k", "stories260k"})
    void hundredTokensAgree(String name) throws Exception {
        Path folder = GoldenFiles.models().resolve(name);
        assumeTrue(Files.isDirectory(folder), "skipped: there is no " + folder);
        JsonNode expected = new ObjectMapper().readTree(getClass().getResource("greedy/" + name + ".json"));
        assertThat(expected).hasSize(3);
        try (Backbone backbone = Backbone.open(new HuggingFaceDirectory(folder), TestDevice.get(), Precision.FP32);
                AdaptedBackbone adapted = new AdaptedBackbone(
                        backbone, Adapter.NONE, NextTokenPooling.PREDICTED, new LmHead(), Map.of())) {
            List<Generation> alone = new ArrayList<>();
            for (JsonNode row : expected) {
                StringBuilder streamed = new StringBuilder();
                Generation generation = new TextGenerator(backbone, adapted.uploaded())
                        .generate(GenerationRequest.greedy(row.get("prompt").asText()), part -> {
                            streamed.append(part);
                            return true;
                        });
                assertThat(generation.ids())
                        .isEqualTo(StreamSupport.stream(row.get("ids").spliterator(), false)
                                .map(JsonNode::intValue)
                                .toList());
                assertThat(generation.promptTokens())
                        .isEqualTo(row.get("promptIds").size());
                assertThat(generation.text().strip())
                        .isEqualTo(row.get("text").asText().strip());
                assertThat(streamed).hasToString(generation.text());
                alone.add(generation);
            }
            List<BatchGenerator.Item> items = StreamSupport.stream(expected.spliterator(), false)
                    .map(row -> new BatchGenerator.Item(
                            adapted.uploaded(),
                            GenerationRequest.greedy(row.get("prompt").asText()),
                            part -> true))
                    .toList();
            assertThat(new BatchGenerator(backbone).generate(items, items.size()))
                    .isEqualTo(alone);
        }
    }
}
