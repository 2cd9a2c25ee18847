package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class AdapterMergerTest {

    private static final int RANK = 3;

    private static Backbone backbone;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, Tensor> entries = new HashMap<>();

    @BeforeAll
    static void open() {
        backbone = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32);
    }

    @AfterAll
    static void close() {
        backbone.close();
    }

    private static List<LinearLayer> layers() {
        return backbone.architecture().linearLayers();
    }

    private static Set<String> names(String suffix) {
        return layers().stream().map(layer -> layer.name() + suffix).collect(Collectors.toSet());
    }

    private void add(String name, double mean, long... extents) {
        Tensor noise = RandomTensors.normal(new Shape(extents), 0.3, random);
        for (int i = 0; i < noise.size(); i++) {
            noise.values()[i] += (float) mean;
        }
        entries.put(name, noise);
    }

    private void addLowRank(LinearLayer layer) {
        add(AdapterEntry.LORA_A.of(layer), 0, RANK, layer.in());
        add(AdapterEntry.LORA_B.of(layer), 0, layer.out(), RANK);
    }

    private void addFactors(LinearLayer layer) {
        add(AdapterEntry.SCALE_IN.of(layer), 1, layer.in());
        add(AdapterEntry.SCALE_OUT.of(layer), 1, layer.out());
    }

    /** Merges the entries, and checks that the result computes the same and that the backbone does not change. */
    private Map<String, Tensor> merged(VirtualTokens virtual) {
        Adapter adapter = new Adapter(entries, virtual);
        float[] before = states(adapter);
        String weights = backbone.weightsHash();
        Adapter merged = backbone.merge(adapter);
        assertThat(states(merged)).containsExactly(before, within(1e-5f)).isNotEqualTo(states(Adapter.NONE));
        assertThat(backbone.weightsHash()).isEqualTo(weights);
        assertThat(merged.virtualTokens()).isEqualTo(virtual);
        assertThat(merged.tensors().keySet()).noneMatch(name -> name.contains(".lora.") || name.contains(".scale."));
        return merged.tensors();
    }

    private Map<String, Tensor> merged() {
        return merged(VirtualTokens.NONE);
    }

    private static float[] states(Adapter adapter) {
        TokenBatch batch = new TokenBatch(List.of(
                backbone.tokenizer().encode("a fine film", 40),
                backbone.tokenizer().encode("the plot of it was good", 40)));
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                Map<String, NDArray> arrays = new HashMap<>();
                adapter.tensors().forEach((name, tensor) -> arrays.put(name, tensor.upload(scope)));
                NDArray hidden = batch.tokenStates(backbone.forward(scope, batch, arrays, adapter.virtualTokens()));
                NDArray real = batch.perToken(scope, (length, t) -> 1f).expandDims(2);
                return hidden.mul(real).toFloatArray();
            }
        });
    }

    @Test
    void lowRankTermsAreMergedIntoWeights() {
        layers().forEach(this::addLowRank);
        assertThat(merged()).containsOnlyKeys(names(".weight"));
    }

    @Test
    void factorsAreMergedIntoWeightsAndBiases() {
        layers().forEach(this::addFactors);
        Set<String> changed = names(".weight");
        changed.addAll(names(".bias"));
        assertThat(merged()).containsOnlyKeys(changed);
    }

    @Test
    void termsAndFactorsOfTheSameLayer() {
        layers().forEach(this::addLowRank);
        layers().forEach(this::addFactors);
        merged();
    }

    @Test
    void replacedWeights() {
        for (LinearLayer layer : layers()) {
            addLowRank(layer);
            addFactors(layer);
            add(layer.name() + ".weight", 0, layer.out(), layer.in());
            add(layer.name() + ".bias", 0, layer.out());
        }
        merged();
    }

    @Test
    void onlyLayersWithEntriesAreCopied() {
        LinearLayer one = layers().get(2);
        addLowRank(one);
        assertThat(merged()).containsOnlyKeys(one.name() + ".weight");
    }

    @Test
    void otherEntriesDoNotChange() {
        add("prompt", 0, 1, 3, 16);
        add("prefix.1.key", 0, 1, 2, 3, 8);
        add("prefix.1.value", 0, 1, 2, 3, 8);
        add("adapter.0.layer.down.weight", 0, 4, 16);
        add("adapter.0.layer.down.bias", 0, 4);
        add("adapter.0.layer.up.weight", 0, 16, 4);
        add("adapter.0.layer.up.bias", 0, 16);
        add("embeddings.LayerNorm.bias", 0, 16);
        VirtualTokens virtual = new VirtualTokens(3, Placement.BEFORE);
        Map<String, Tensor> rest = Map.copyOf(entries);
        assertThat(merged(virtual)).isEqualTo(rest);
        layers().forEach(this::addLowRank);
        assertThat(merged(virtual)).containsAllEntriesOf(rest).hasSize(rest.size() + layers().size());
    }
}
