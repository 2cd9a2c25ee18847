package io.github.tribuopeft.inspection;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Tensors of the virtual tokens of an adapter: a prompt [1, P, E], or keys and values of a prefix [1, K, V, D]. */
final class VirtualTokenTensors {

    private static final List<AdapterEntry> ENTRIES =
            List.of(AdapterEntry.PROMPT, AdapterEntry.PREFIX_KEY, AdapterEntry.PREFIX_VALUE);
    private static final long SEED = 1;

    private final Adapter adapter;

    VirtualTokenTensors(Adapter adapter) {
        this.adapter = adapter;
    }

    /** Returns the number of virtual tokens. */
    int tokens() {
        return adapter.virtualTokens().count();
    }

    /** Returns the layers that have a prefix. */
    List<Integer> prefixLayers() {
        return adapter.tensors().keySet().stream()
                .filter(AdapterEntry.PREFIX_KEY::matches)
                .map(VirtualTokenTensors::layer)
                .sorted()
                .toList();
    }

    private static int layer(String name) {
        return name.equals(AdapterEntry.PROMPT.of()) ? 0 : Integer.parseInt(name.split("\\.")[1]);
    }

    /** Returns whether an entry of an adapter contains virtual tokens. */
    static boolean isVirtual(String name) {
        return ENTRIES.stream().anyMatch(entry -> entry.matches(name));
    }

    /** Returns the adapter after a change of a part of its virtual tokens. */
    Adapter with(Ablation.Part part, Change change) {
        Map<String, Tensor> changed = new TreeMap<>();
        SplittableRandom random = new SplittableRandom(SEED);
        adapter.tensors().forEach((name, tensor) -> {
            if (!isVirtual(name) || !part.containsLayer(layer(name))) {
                changed.put(name, tensor);
            } else if (change != Change.REMOVED) {
                changed.put(name, replaced(tensor, part::containsToken, change, random));
            } else if (!IntStream.range(0, tokens()).allMatch(part::containsToken)) {
                changed.put(name, withoutTokens(tensor, part::containsToken));
            }
        });
        int left = changed.entrySet().stream()
                .filter(entry -> isVirtual(entry.getKey()))
                .mapToInt(entry -> (int) entry.getValue().shape().get(axis(entry.getValue())))
                .max()
                .orElse(0);
        return new Adapter(
                changed,
                left == 0
                        ? VirtualTokens.NONE
                        : new VirtualTokens(left, adapter.virtualTokens().placement()));
    }

    private static int axis(Tensor tensor) {
        return tensor.shape().dimension() - 2;
    }

    private static Tensor withoutTokens(Tensor tensor, IntPredicate removed) {
        int tokens = (int) tensor.shape().get(axis(tensor));
        int width = (int) tensor.shape().get(axis(tensor) + 1);
        int[] kept = IntStream.range(0, tensor.size() / width)
                .filter(row -> !removed.test(row % tokens))
                .toArray();
        float[] values = new float[kept.length * width];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(tensor.values(), kept[i] * width, values, i * width, width);
        }
        long[] extents = tensor.shape().getShape().clone();
        extents[axis(tensor)] = kept.length * (long) tokens * width / tensor.size();
        return new Tensor(new Shape(extents), values);
    }

    private static Tensor replaced(Tensor tensor, IntPredicate chosen, Change change, SplittableRandom random) {
        int tokens = (int) tensor.shape().get(axis(tensor));
        int width = (int) tensor.shape().get(axis(tensor) + 1);
        float[] values = tensor.values().clone();
        for (int row = 0; row < values.length / width; row++) {
            if (chosen.test(row % tokens)) {
                float[] old = Arrays.copyOfRange(values, row * width, (row + 1) * width);
                System.arraycopy(replaced(old, change, random), 0, values, row * width, width);
            }
        }
        return new Tensor(tensor.shape(), values);
    }

    private static float[] replaced(float[] vector, Change change, SplittableRandom random) {
        return switch (change) {
            case REMOVED -> throw new IllegalArgumentException("A removed vector has no values");
            case ZERO -> new float[vector.length];
            case HALF -> scaled(vector, 0.5);
            case DOUBLE -> scaled(vector, 2);
            case NOISE -> {
                float[] noise = new float[vector.length];
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = (float) random.nextGaussian();
                }
                yield scaled(noise, norm(vector) / norm(noise));
            }
        };
    }

    private static float[] scaled(float[] vector, double factor) {
        float[] scaled = new float[vector.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (factor * vector[i]);
        }
        return scaled;
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
