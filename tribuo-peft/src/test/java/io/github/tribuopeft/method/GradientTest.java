package io.github.tribuopeft.method;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.LinearMap;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.Pooling;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.Toys;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine's gradients against central differences of the loss, for the tensors of every method and of the head. */
class GradientTest {

    private static final List<String> TEXTS =
            TextExampleExtractor.texts(Toys.opinions(4).getData());

    static Stream<PeftMethod> methods() {
        return Stream.concat(
                Stream.concat(
                        Stream.of(Placement.values()).map(where -> new PromptTuning(3, new VocabularyRows(), where)),
                        Stream.of(BottleneckAdapter.Position.values())
                                .map(where -> new BottleneckAdapter(4, where, 2.0))),
                Stream.of(
                        new LinearProbe(),
                        new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE),
                        new PTuning(3, PromptNetwork.LSTM, 5, Placement.AFTER_LAST),
                        LoRA.builder().rank(3).build(),
                        LoRA.builder()
                                .rank(2)
                                .targets(LinearMap.Role.values())
                                .rankStabilised()
                                .dropout(0.3)
                                .build(),
                        new IA3(),
                        new BitFit(),
                        new LayerNormTuning(),
                        new FullFineTuning(),
                        new Combination(
                                "both",
                                List.of(
                                        prefix().build(),
                                        new BottleneckAdapter(4, BottleneckAdapter.Position.PARALLEL, 4.0))),
                        prefix().initializer(new TextPrefix()).build(),
                        prefix().initializer(RandomPrefix.zero()).build(),
                        prefix().placement(Placement.UNNUMBERED).build(),
                        prefix().layers(1, 1).build(),
                        prefix().dropout(0.3).build(),
                        prefix().reparameterisation(new Reparameterisation()).build(),
                        prefix().layers(0, 0)
                                .reparameterisation(new Reparameterisation(5))
                                .build()));
    }

    private static PrefixTuning.Builder prefix() {
        return PrefixTuning.builder().virtualTokens(3).dropout(0).initializer(new RandomPrefix(0.3));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void gradientsAreSlopesOfTheLoss(PeftMethod method) {
        for (Pooling pooling : Pooling.values()) {
            try (Slopes slopes = new Slopes(new TinyBert(), method, pooling, GradientTest::sequences)) {
                slopes.assertGradients();
            }
        }
    }

    private static List<TokenSequence> sequences(BackboneTokenizer tokenizer) {
        return TEXTS.stream().map(text -> tokenizer.encode(text, 40)).toList();
    }
}
