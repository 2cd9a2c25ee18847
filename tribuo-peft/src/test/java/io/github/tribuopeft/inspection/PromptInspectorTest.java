package io.github.tribuopeft.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.testing.Fixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

class PromptInspectorTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(16);

    static List<PeftMethod> methods() {
        return List.of(new PromptTuning(), new PrefixTuning());
    }

    private static PeftModel<Label> train(PeftMethod method) {
        return Fixtures.trainer(method).build().train(OPINIONS);
    }

    private static Backbone open(PeftModel<?> model) {
        return Backbone.open(
                BackboneCatalog.find(model.backbone()),
                Devices.resolve("cpu"),
                model.state().precision());
    }

    /** Returns the shares [layers, B, N, R] of two texts of different lengths. */
    private static NDArray shares(NDManager scope, Backbone backbone, PeftModel<?> model) {
        Map<String, NDArray> adapter = new HashMap<>();
        model.adapter().forEach((name, tensor) -> adapter.put(name, tensor.upload(scope)));
        TokenBatch batch = new TokenBatch(Stream.of("good film", "the plot of the book was bad")
                .map(text -> backbone.tokenizer().encode(text, 16))
                .toList());
        return backbone.attention(scope, batch, adapter, model.virtualTokens());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void sharesSumToOneAndPaddingReceivesNothing(PeftMethod method) {
        try (PeftModel<Label> model = train(method);
                Backbone backbone = open(model);
                NDManager scope = backbone.newManager()) {
            NDArray shares = shares(scope, backbone, model);
            for (float sum : shares.sum(new int[] {3}).toFloatArray()) {
                assertThat(sum).isCloseTo(1f, within(1e-5f));
            }
            assertThat(shares.get(":, 0, :, -1").toFloatArray()).containsOnly(0f); // padding of the shorter text
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void withoutAllVirtualTokensTheModelIsThatWithoutAnAdapter(PeftMethod method) {
        try (PeftModel<Label> model = train(method);
                PeftModel<Label> without = model.withAdapter(Adapter.NONE);
                PeftModel<Label> removed = model.withAdapter(
                        new VirtualTokenTensors(model.state().adapter()).with(new Ablation.All(), Change.REMOVED))) {
            assertThat(Fixtures.scores(removed, OPINIONS)).containsExactly(Fixtures.scores(without, OPINIONS));
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void measuresAllParts(PeftMethod method) {
        try (PeftModel<Label> model = train(method);
                PromptInspector inspector = new PromptInspector(model, InferenceOptions.DEFAULT)) {
            List<Ablation> ablations = inspector.ablations(OPINIONS);
            assertThat(ablations)
                    .hasSize(Change.values().length
                            * (1
                                    + new VirtualTokenTensors(model.state().adapter())
                                            .prefixLayers()
                                            .size()
                                    + model.virtualTokens().count()))
                    .allSatisfy(ablation -> assertThat(ablation.accuracy()).isBetween(0.0, 1.0));
            try (PeftModel<Label> without = model.withAdapter(Adapter.NONE);
                    Backbone backbone = open(model)) {
                long correct = without.predict(OPINIONS).stream()
                        .filter(prediction -> prediction
                                .getOutput()
                                .getLabel()
                                .equals(prediction.getExample().getOutput().getLabel()))
                        .count();
                assertThat(ablations.get(0).accuracy()).isEqualTo(correct / 16.0);

                List<AttentionMass> masses = inspector.attention(OPINIONS);
                assertThat(masses).extracting(AttentionMass::label).isSorted();
                assertThat(masses.stream().mapToInt(AttentionMass::texts).sum()).isEqualTo(16);
                AttentionMass all = AttentionMass.mean("all", masses);
                assertThat(all.layers()).hasSize(backbone.dimensions().layers());
                assertThat(all.mean(0)).isGreaterThan(0).isLessThan(1);
            }
        }
    }

    @Test
    void noiseKeepsNorms() {
        try (PeftModel<Label> model = train(new PromptTuning())) {
            Adapter changed =
                    new VirtualTokenTensors(model.state().adapter()).with(new Ablation.Token(1), Change.NOISE);
            float[] before = model.adapter().get("prompt").values();
            float[] after = changed.tensors().get("prompt").values();
            int width = before.length / model.virtualTokens().count();
            double oldNorm = 0;
            double newNorm = 0;
            for (int i = 0; i < before.length; i++) {
                if (i / width == 1) {
                    oldNorm += before[i] * before[i];
                    newNorm += after[i] * after[i];
                } else {
                    assertThat(after[i]).isEqualTo(before[i]);
                }
            }
            assertThat(newNorm).isCloseTo(oldNorm, within(1e-4 * oldNorm));
            assertThat(changed.tensors().get("prompt"))
                    .isNotEqualTo(model.adapter().get("prompt"));
        }
    }

    @Test
    void namesTheMethodWithoutVirtualTokens() {
        try (PeftModel<Label> model = train(new LoRA())) {
            assertThatThrownBy(() -> new PromptInspector(model, InferenceOptions.DEFAULT))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("lora");
        }
    }
}
