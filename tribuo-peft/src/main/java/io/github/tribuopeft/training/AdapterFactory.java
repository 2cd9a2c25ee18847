package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.method.PeftMethod;
import java.util.HashMap;
import java.util.Map;

/** Creates the adapter of a model from the trained tensors of a method. */
public final class AdapterFactory {

    private AdapterFactory() {}

    /** Computes the tensors that the backbone's program reads from the method's parameters, without dropout. */
    public static Adapter create(Backbone backbone, PeftMethod method, Map<String, Tensor> parameters) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                Map<String, NDArray> arrays = new HashMap<>();
                parameters.forEach((name, tensor) -> arrays.put(name, tensor.upload(scope)));
                Map<String, Tensor> adapter = new HashMap<>();
                method.materialize(arrays, backbone.dimensions(), Dropout.OFF)
                        .forEach((name, array) -> adapter.put(name, Tensor.of(array)));
                return new Adapter(adapter, method.virtualTokens());
            }
        });
    }
}
