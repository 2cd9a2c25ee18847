package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Merges the low-rank terms and factors of an adapter into copies of the weights of linear layers. The result computes
 * the same function up to rounding, without the additional products.
 */
final class AdapterMerger {

    private static final List<AdapterEntry> MERGED =
            List.of(AdapterEntry.LORA_A, AdapterEntry.LORA_B, AdapterEntry.SCALE_IN, AdapterEntry.SCALE_OUT);

    private final Backbone backbone;
    private final Map<String, Tensor> tensors;

    private AdapterMerger(Backbone backbone, Adapter adapter) {
        this.backbone = backbone;
        this.tensors = new TreeMap<>(adapter.tensors());
    }

    /** Returns an adapter without low-rank terms and factors that computes the same as {@code adapter}. */
    static Adapter merge(Backbone backbone, Adapter adapter) {
        AdapterMerger merger = new AdapterMerger(backbone, adapter);
        TorchRuntime.withoutGradients(() -> {
            backbone.architecture().linearLayers().forEach(merger::merge);
            return null;
        });
        return new Adapter(merger.tensors, adapter.virtualTokens());
    }

    private void merge(LinearLayer layer) {
        if (MERGED.stream().noneMatch(entry -> has(entry, layer))) {
            return;
        }
        try (NDManager scope = backbone.newManager()) {
            NDArray weight = current(AdapterEntry.WEIGHT.of(layer)).upload(scope); // [out, in]
            if (has(AdapterEntry.SCALE_IN, layer)) {
                weight = weight.mul(remove(AdapterEntry.SCALE_IN, layer).upload(scope));
            }
            if (has(AdapterEntry.LORA_A, layer)) {
                NDArray a = remove(AdapterEntry.LORA_A, layer).upload(scope);
                weight = weight.add(
                        remove(AdapterEntry.LORA_B, layer).upload(scope).matMul(a));
            }
            if (has(AdapterEntry.SCALE_OUT, layer)) {
                NDArray scale = remove(AdapterEntry.SCALE_OUT, layer).upload(scope);
                String bias = AdapterEntry.BIAS.of(layer);
                if (tensors.containsKey(bias)
                        || backbone.architecture().weights().containsKey(bias)) {
                    tensors.put(bias, Tensor.of(current(bias).upload(scope).mul(scale)));
                }
                weight = weight.mul(scale.expandDims(1));
            }
            tensors.put(AdapterEntry.WEIGHT.of(layer), Tensor.of(weight));
        }
    }

    private boolean has(AdapterEntry entry, LinearLayer layer) {
        return tensors.containsKey(entry.of(layer));
    }

    private Tensor remove(AdapterEntry entry, LinearLayer layer) {
        return tensors.remove(entry.of(layer));
    }

    private Tensor current(String name) {
        Tensor override = tensors.get(name);
        return override == null ? backbone.weight(name) : override;
    }
}
