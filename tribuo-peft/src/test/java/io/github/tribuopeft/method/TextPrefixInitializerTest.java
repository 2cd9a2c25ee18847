package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TextPrefixInitializerTest {

    private static final int COUNT = 5;

    /** The special tokens, which are the only tokens of such texts, are repeated. */
    @Test
    @Timeout(60)
    void textsWithoutAnyToken() {
        try (Backbone backbone = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32)) {
            List<Tensor> made = new TextPrefixInitializer()
                    .keysAndValues(
                            COUNT,
                            new MethodContext(
                                    backbone, List.of("yes", "no"), List.of(" ", "\u0007"), new SplittableRandom(1)));
            assertThat(made).hasSize(2 * backbone.dimensions().layers());
            assertThat(made).allSatisfy(tensor -> {
                assertThat(tensor.shape().get(2)).isEqualTo(COUNT);
                assertThat(tensor.isFinite()).isTrue();
            });
        }
    }
}
