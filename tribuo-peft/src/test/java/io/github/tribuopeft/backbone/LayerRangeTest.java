package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class LayerRangeTest {

    @Test
    void singleLayersComputeTheForwardPass() {
        LoadedBackbone loaded = BackbonePool.acquire(new TinyBert(), TestDevice.get(), Precision.FP32);
        try (NDManager scope = loaded.newManager()) {
            TokenBatch batch = new TokenBatch(List.of(
                    loaded.tokenizer().encode("a fine film", 48),
                    loaded.tokenizer().encode("the plot of it was poor", 48)));
            Map<String, NDArray> padding = Map.of("mask", batch.perToken(scope, (length, t) -> 1f));
            List<NDArray> tokens =
                    List.of(batch.ids(scope), batch.types(scope), batch.positions(scope, VirtualTokens.NONE));
            TorchRuntime.withoutGradients(() -> {
                TorchScriptModule program = loaded.program();
                NDArray hidden = program.call("embed", tokens, padding);
                for (long layer = 0; layer < 2; layer++) {
                    NDArray span = scope.create(new long[] {layer, layer + 1});
                    hidden = program.call("layers", List.of(hidden, tokens.get(2), span), padding);
                }
                assertThat(hidden.toFloatArray())
                        .containsExactly(
                                program.call("forward", tokens, padding).toFloatArray());
                return null;
            });
        } finally {
            BackbonePool.release(loaded);
        }
    }
}
