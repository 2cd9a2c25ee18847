package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Folds what an adapter does to linear maps into copies of their weights: the same function, up to rounding, without the extra products. */
final class AdapterMerger {

    private static final List<String> ENTRIES = List.of(".lora.A", ".lora.B", ".scale.in", ".scale.out");

    private final Backbone backbone;
    private final Map<String, Tensor> tensors;

    private AdapterMerger(Backbone backbone, Adapter adapter) {
        this.backbone = backbone;
        this.tensors = new TreeMap<>(adapter.tensors());
    }

    static Adapter of(Backbone backbone, Adapter adapter) {
        AdapterMerger merge = new AdapterMerger(backbone, adapter);
        TorchRuntime.withoutGradients(() -> {
            backbone.architecture().linearLayers().forEach(merge::fold);
            return null;
        });
        return new Adapter(merge.tensors, adapter.virtualTokens());
    }

    private void fold(LinearLayer map) {
        if (ENTRIES.stream().noneMatch(entry -> tensors.containsKey(map.name() + entry))) {
            return;
        }
        try (NDManager scope = backbone.newManager()) {
            NDArray weight = current(map.name() + ".weight").upload(scope); // [out, in]
            if (tensors.containsKey(map.name() + ".scale.in")) {
                weight = weight.mul(take(map.name() + ".scale.in").upload(scope));
            }
            if (tensors.containsKey(map.name() + ".lora.A")) {
                NDArray a = take(map.name() + ".lora.A").upload(scope);
                weight = weight.add(take(map.name() + ".lora.B").upload(scope).matMul(a));
            }
            if (tensors.containsKey(map.name() + ".scale.out")) {
                NDArray scale = take(map.name() + ".scale.out").upload(scope);
                if (hasBias(map)) {
                    NDArray bias = current(map.name() + ".bias").upload(scope);
                    tensors.put(map.name() + ".bias", Tensor.of(bias.mul(scale)));
                }
                weight = weight.mul(scale.expandDims(1));
            }
            tensors.put(map.name() + ".weight", Tensor.of(weight));
        }
    }

    private boolean hasBias(LinearLayer map) {
        String name = map.name() + ".bias";
        return tensors.containsKey(name) || backbone.architecture().weights().containsKey(name);
    }

    private Tensor current(String name) {
        Tensor override = tensors.get(name);
        return override == null ? backbone.weight(name) : override;
    }

    private Tensor take(String name) {
        return tensors.remove(name);
    }
}
