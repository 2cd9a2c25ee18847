package io.github.tribuopeft.backbone;

import static io.github.tribuopeft.backbone.LetterCase.LOWER;
import static io.github.tribuopeft.backbone.LetterCase.MIXED;
import static io.github.tribuopeft.backbone.LetterCase.TITLE;
import static io.github.tribuopeft.backbone.LetterCase.UPPER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBackbone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries with an adapter for each row of a batch compute the same as each row alone with its own adapter. */
@Tag("gpu")
class RowAdapterTest {

    private static final TokenSequence ONE = tokens(List.of(LOWER, TITLE, UPPER, MIXED, LOWER), 7, 21, 90, 4, 11);
    private static final TokenSequence TWO = tokens(List.of(TITLE, TITLE, LOWER, LOWER, UPPER), 5, 60, 3, 88, 140);
    private static final int VIRTUAL = 3;

    private final SplittableRandom random = new SplittableRandom(4);
    private final Map<String, NDArray> entries = new HashMap<>();

    private static TokenSequence tokens(List<LetterCase> cases, int... ids) {
        return new TokenSequence(ids, new int[ids.length], cases, new int[0], 0);
    }

    private NDArray noise(NDManager scope, double mean, long... extents) {
        return RandomTensors.normal(new Shape(extents), 0.3, random)
                .upload(scope)
                .add(mean);
    }

    /** Adds an entry of the shape that {@link AdapterEntry} declares for two rows. */
    private void add(NDManager scope, AdapterEntry entry, String name, double mean, Map<String, Integer> extents) {
        long[] shape = entry.rowShape().stream()
                .mapToLong(extent -> extents.containsKey(extent) ? extents.get(extent) : Long.parseLong(extent))
                .toArray();
        entries.put(name, noise(scope, mean, shape));
    }

    private static Map<String, Integer> extents(ModelDimensions dimensions) {
        Map<String, Integer> extents = new HashMap<>(Map.of("B", 2, "P", VIRTUAL, "V", VIRTUAL, "r", 2, "m", 5));
        extents.put("E", dimensions.embedding());
        extents.put("H", dimensions.hidden());
        extents.put("K", dimensions.keyValueHeads());
        extents.put("D", dimensions.headWidth());
        return extents;
    }

    /** Adds every kind of entry; each linear layer has those of one kind, in turn. */
    private void addEntries(Backbone backbone, NDManager scope) {
        Map<String, Integer> extents = extents(backbone.dimensions());
        add(scope, AdapterEntry.PROMPT, AdapterEntry.PROMPT.of(), 0, extents);
        add(scope, AdapterEntry.CASE, AdapterEntry.CASE.of(), 0, extents);
        for (int i = 0; i < backbone.dimensions().layers(); i++) {
            for (AdapterEntry entry : List.of(AdapterEntry.PREFIX_KEY, AdapterEntry.PREFIX_VALUE)) {
                add(scope, entry, entry.of(i), 0, extents);
            }
            for (BottleneckPlace place : BottleneckPlace.values()) {
                for (AdapterEntry entry : AdapterEntry.UP_BIAS.together()) {
                    add(scope, entry, entry.of(i, place), 0, extents);
                }
            }
        }
        List<List<AdapterEntry>> kinds = List.of(
                List.of(AdapterEntry.LORA_A, AdapterEntry.LORA_B),
                List.of(AdapterEntry.SCALE_IN, AdapterEntry.SCALE_OUT),
                List.of(AdapterEntry.WEIGHT),
                List.of(AdapterEntry.BIAS));
        int turn = 0;
        for (LinearLayer layer : backbone.architecture().linearLayers()) {
            extents.put("in", layer.in());
            extents.put("out", layer.out());
            for (AdapterEntry entry : kinds.get(turn++ % kinds.size())) {
                boolean factors = entry == AdapterEntry.SCALE_IN || entry == AdapterEntry.SCALE_OUT;
                add(scope, entry, entry.of(layer), factors ? 1 : 0, extents);
            }
        }
        backbone.architecture().weights().forEach((name, shape) -> {
            if (shape.dimension() == 1 && name.endsWith("weight")) {
                entries.put(name, noise(scope, 1, 2, 1, shape.get(0)));
            }
        });
    }

    /** Returns a row's entry in the shape that all rows of a batch share. */
    private static NDArray shared(String name, NDArray entry, int row) {
        NDArray own = entry.get(row);
        boolean virtual = AdapterEntry.find(name)
                .filter(match -> match.entry().virtualTokensIndex() >= 0)
                .isPresent();
        if (virtual) {
            return own.expandDims(0);
        }
        return own.getShape().get(0) == 1 ? own.squeeze(0) : own;
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#families")
    void rowsTogetherComputeTheSameAsRowsAlone(String family) {
        try (Backbone backbone = Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.FP32);
                NDManager scope = backbone.newManager()) {
            addEntries(backbone, scope);
            VirtualTokens virtual = new VirtualTokens(VIRTUAL, VirtualTokens.Placement.NO_POSITION_IDS);
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
        try (Backbone backbone = Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.FP32);
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
