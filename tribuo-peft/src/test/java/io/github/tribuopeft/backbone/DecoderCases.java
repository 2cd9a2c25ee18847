package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyArchitectures;
import io.github.tribuopeft.testing.TinyBackbone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Decoders, adapters and texts for tests. */
final class DecoderCases {

    private static final int V = 3;
    static final int[] SHORT = {7, 21, 90};
    static final int[] LONG = {5, 60, 3, 88, 140, 17, 33, 2};

    private DecoderCases() {}

    /** Adapter and its virtual tokens. */
    record Added(String name, Map<String, Tensor> tensors, VirtualTokens virtual) {
        @Override
        public String toString() {
            return name + " " + virtual.placement();
        }
    }

    static List<Added> added(ModelDimensions dimensions) {
        SplittableRandom random = new SplittableRandom(2);
        List<Added> added = new ArrayList<>();
        added.add(new Added("nothing", Map.of(), VirtualTokens.NONE));
        Map<String, Tensor> prompt =
                Map.of("prompt", RandomTensors.normal(new Shape(1, V, dimensions.hidden()), 0.5, random));
        Map<String, Tensor> prefix = new HashMap<>();
        Shape shape = new Shape(1, dimensions.keyValueHeads(), V, dimensions.headWidth());
        for (int layer = 0; layer < dimensions.layers(); layer++) {
            prefix.put(AdapterEntry.PREFIX_KEY.of(layer), RandomTensors.normal(shape, 0.5, random));
            prefix.put(AdapterEntry.PREFIX_VALUE.of(layer), RandomTensors.normal(shape, 0.5, random));
        }
        for (Placement placement : Placement.values()) {
            added.add(new Added("prompt", prompt, new VirtualTokens(V, placement)));
            added.add(new Added("prefix", prefix, new VirtualTokens(V, placement)));
        }
        return added;
    }

    static Stream<Arguments> cases() {
        return TinyArchitectures.decoders().flatMap(family -> {
            try (Backbone backbone = open(family)) {
                return added(backbone.dimensions()).stream().map(added -> Arguments.of(family, added));
            }
        });
    }

    static Backbone open(String family) {
        return Backbone.open(new TinyBackbone(family), TestDevice.get(), Precision.FP32);
    }

    static TokenSequence sequence(int... ids) {
        return new TokenSequence(ids, new int[ids.length], new int[0], 0);
    }

    static Map<String, NDArray> upload(NDManager scope, Map<String, Tensor> tensors) {
        Map<String, NDArray> arrays = new HashMap<>();
        tensors.forEach((name, tensor) -> arrays.put(name, tensor.upload(scope)));
        return arrays;
    }

    /** Returns the states of the tokens of each row. */
    static List<float[]> states(Backbone backbone, Added added, int[]... rows) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                TokenBatch batch = new TokenBatch(
                        Stream.of(rows).map(DecoderCases::sequence).toList());
                NDArray hidden = batch.tokenStates(
                        backbone.forward(scope, batch, upload(scope, added.tensors()), added.virtual()));
                List<float[]> states = new ArrayList<>();
                for (int row = 0; row < rows.length; row++) {
                    states.add(hidden.get(new NDIndex("{}, :{}", row, rows[row].length))
                            .toFloatArray());
                }
                return states;
            }
        });
    }
}
