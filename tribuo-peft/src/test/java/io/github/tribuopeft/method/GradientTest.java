package io.github.tribuopeft.method;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of the tensors of every method and of the head agree with differences of the loss. */
@Tag("gpu")
class GradientTest {

    private static final List<String> TEXTS =
            TextExampleExtractor.texts(Fixtures.opinions(4).getData());

    static Stream<PeftMethod> methods() {
        return Stream.concat(
                Stream.concat(
                        Stream.of(Placement.values())
                                .map(where -> new PromptTuning(3, new SampledVocabularyInitializer(), where)),
                        Stream.of(BottleneckAdapter.Position.values())
                                .map(where -> new BottleneckAdapter(4, where, 2.0))),
                Stream.of(
                        new LinearProbe(),
                        new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE),
                        new PTuning(3, PromptNetwork.LSTM, 5, Placement.AFTER_LAST),
                        LoRA.builder().rank(3).build(),
                        LoRA.builder()
                                .rank(2)
                                .targets(LinearLayer.Role.values())
                                .rankStabilised()
                                .dropout(0.3)
                                .build(),
                        new IA3(),
                        new BitFit(),
                        new LayerNormTuning(),
                        new CaseEmbedding(),
                        new FullFineTuning(),
                        new Combination(
                                "both",
                                List.of(
                                        prefix().build(),
                                        new BottleneckAdapter(4, BottleneckAdapter.Position.PARALLEL, 4.0))),
                        prefix().initializer(new TextPrefixInitializer()).build(),
                        prefix().initializer(RandomPrefixInitializer.zero()).build(),
                        prefix().placement(Placement.NO_POSITION_IDS).build(),
                        prefix().layers(1, 1).build(),
                        prefix().dropout(0.3).build(),
                        prefix().reparameterization(new PrefixReparameterization())
                                .build(),
                        prefix().layers(0, 0)
                                .reparameterization(new PrefixReparameterization(5))
                                .build()));
    }

    private static PrefixTuning.Builder prefix() {
        return PrefixTuning.builder().virtualTokens(3).dropout(0).initializer(new RandomPrefixInitializer(0.3));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void gradientsAgreeWithDifferences(PeftMethod method) {
        for (TextPooling pooling : TextPooling.values()) {
            try (GradientCheck check = new GradientCheck(new TinyBert(), method, pooling, GradientTest::sequences)) {
                check.assertGradients();
            }
        }
    }

    private static List<TokenSequence> sequences(BackboneTokenizer tokenizer) {
        return TEXTS.stream().map(text -> tokenizer.encode(text, 40)).toList();
    }
}
