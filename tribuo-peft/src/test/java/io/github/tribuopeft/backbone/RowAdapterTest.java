package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.TinyBackbone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each row of a batch may have an adapter of its own: every entry with an extent for rows is like the entries one by
 * one.
 */
class RowAdapterTest {

    private static final TokenSequence ONE = new TokenSequence(new int[] {7, 21, 90, 4, 11}, new int[5], new int[0], 0);
    private static final TokenSequence TWO =
            new TokenSequence(new int[] {5, 60, 3, 88, 140}, new int[5], new int[0], 0);
    private static final int V = 3;

    private final SplittableRandom random = new SplittableRandom(4);

    private NDArray noise(NDManager scope, double mean, long... extents) {
        return RandomTensors.normal(new Shape(extents), 0.3, random)
                .upload(scope)
                .add(mean);
    }

    /** Every kind of entry, with an extent of 2 for rows; layers take the ways to change a linear layer in turn. */
    private Map<String, NDArray> entries(Backbone backbone, NDManager scope) {
        ModelDimensions shape = backbone.dimensions();
        Map<String, NDArray> entries = new HashMap<>();
        entries.put("prompt", noise(scope, 0, 2, V, shape.embedding()));
        for (int i = 0; i < shape.layers(); i++) {
            for (String part : List.of("key", "value")) {
                entries.put(
                        "prefix." + i + "." + part, noise(scope, 0, 2, shape.keyValueHeads(), V, shape.headWidth()));
            }
            for (String place : List.of("attention", "feedforward", "parallel", "layer")) {
                String name = "adapter." + i + "." + place;
                entries.put(name + ".down.weight", noise(scope, 0, 2, 5, shape.hidden()));
                entries.put(name + ".down.bias", noise(scope, 0, 2, 1, 5));
                entries.put(name + ".up.weight", noise(scope, 0, 2, shape.hidden(), 5));
                entries.put(name + ".up.bias", noise(scope, 0, 2, 1, shape.hidden()));
            }
        }
        int turn = 0;
        for (LinearLayer map : backbone.architecture().linearLayers()) {
            switch (turn++ % 4) {
                case 0 -> {
                    entries.put(map.name() + ".lora.A", noise(scope, 0, 2, 2, map.in()));
                    entries.put(map.name() + ".lora.B", noise(scope, 0, 2, map.out(), 2));
                }
                case 1 -> {
                    entries.put(map.name() + ".scale.in", noise(scope, 1, 2, 1, map.in()));
                    entries.put(map.name() + ".scale.out", noise(scope, 1, 2, 1, map.out()));
                }
                case 2 -> entries.put(map.name() + ".weight", noise(scope, 0, 2, map.out(), map.in()));
                default -> entries.put(map.name() + ".bias", noise(scope, 0, 2, 1, map.out()));
            }
        }
        backbone.architecture().weights().forEach((name, extents) -> {
            if (extents.dimension() == 1 && name.endsWith("weight")) {
                entries.put(name, noise(scope, 1, 2, 1, extents.get(0)));
            }
        });
        return entries;
    }

    /** The entry of a row as all rows of a batch would share it. */
    private static NDArray shared(String name, NDArray entry, int row) {
        NDArray own = entry.get(row);
        if (name.equals("prompt") || name.startsWith("prefix.")) {
            return own.expandDims(0);
        }
        return own.getShape().get(0) == 1 ? own.squeeze(0) : own;
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#families")
    void rowsTogetherAreAsRowsAlone(String family) {
        try (Backbone backbone = Backbone.open(new TinyBackbone(family), Device.cpu(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            Map<String, NDArray> entries = entries(backbone, scope);
            VirtualTokens virtual = new VirtualTokens(V, VirtualTokens.Placement.NO_POSITION_IDS);
            List<TokenSequence> rows = List.of(ONE, TWO);
            TorchRuntime.withoutGradients(() -> {
                NDArray together = backbone.forward(scope, new TokenBatch(rows), entries, virtual);
                for (int row = 0; row < rows.size(); row++) {
                    Map<String, NDArray> own = new HashMap<>();
                    for (Map.Entry<String, NDArray> entry : entries.entrySet()) {
                        own.put(entry.getKey(), shared(entry.getKey(), entry.getValue(), row));
                    }
                    NDArray alone = backbone.forward(scope, new TokenBatch(List.of(rows.get(row))), own, virtual);
                    assertThat(together.get(row).toFloatArray())
                            .containsExactly(alone.get(0).toFloatArray(), within(1e-4f));
                }
                return null;
            });
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#families")
    void embeddingTablesAreShared(String family) {
        try (Backbone backbone = Backbone.open(new TinyBackbone(family), Device.cpu(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            String table = backbone.architecture().weights().keySet().stream()
                    .filter(name -> name.matches("embed_tokens.*|wte.*|.*(word|tok)_embeddings.*"))
                    .findFirst()
                    .orElseThrow();
            Shape shape = backbone.architecture().weights().get(table);
            Map<String, NDArray> entry = Map.of(table, noise(scope, 0, 2, shape.get(0), shape.get(1)));
            TokenBatch batch = new TokenBatch(List.of(ONE, TWO));
            assertThatThrownBy(() -> backbone.forward(scope, batch, entry, VirtualTokens.NONE))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("The adapter's '" + table
                            + "' must be one table [n, E] for all rows of a batch, but it has 3 dimensions");
        }
    }
}
