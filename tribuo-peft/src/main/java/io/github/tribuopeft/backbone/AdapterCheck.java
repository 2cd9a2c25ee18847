package io.github.tribuopeft.backbone;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.AdapterEntry.Match;
import io.github.tribuopeft.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Checks the entries of an adapter. A program ignores unknown entries, so they are errors here. */
final class AdapterCheck {

    private final Adapter adapter;
    private final Architecture architecture;
    private final ModelDimensions dimensions;

    private AdapterCheck(Adapter adapter, Architecture architecture) {
        this.adapter = adapter;
        this.architecture = architecture;
        this.dimensions = architecture.dimensions();
    }

    /**
     * Checks everything that does not depend on a backbone: the number of virtual tokens, and that groups of entries
     * are complete.
     *
     * @throws IllegalArgumentException if an entry is missing or does not have a row for each virtual token
     */
    static void complete(Adapter adapter) {
        int virtual = adapter.virtualTokens().count();
        boolean found = false;
        for (String name : adapter.tensors().keySet()) {
            Optional<Match> match = AdapterEntry.find(name);
            if (match.isPresent()) {
                if (match.get().entry().virtualTokensIndex() >= 0) {
                    requireVirtualTokens(name, adapter, match.get().entry());
                    found = true;
                }
                requireTogether(name, adapter, match.get());
            }
        }
        if (found != virtual > 0) {
            throw new IllegalArgumentException(
                    "The adapter has " + virtual + " virtual tokens, but no tensor 'prompt' or 'prefix' holds them");
        }
    }

    private static void requireVirtualTokens(String name, Adapter adapter, AdapterEntry entry) {
        int virtual = adapter.virtualTokens().count();
        int index = entry.virtualTokensIndex();
        Shape shape = adapter.tensors().get(name).shape();
        boolean fits = shape.dimension() == entry.shape().size() && shape.get(index) == virtual;
        List<String> expected = new ArrayList<>(entry.shape());
        expected.set(index, Integer.toString(virtual));
        require(name, shape, fits, expected.toString());
    }

    private static void requireTogether(String name, Adapter adapter, Match match) {
        for (AdapterEntry other : match.entry().together()) {
            if (!adapter.tensors().containsKey(match.name(other))) {
                throw new IllegalArgumentException(
                        "The adapter has a tensor '" + name + "', but no '" + match.name(other) + "'");
            }
        }
    }

    /**
     * Checks an adapter against a backbone.
     *
     * @throws IllegalArgumentException if the backbone does not use an entry, or expects another shape
     */
    static void fits(Adapter adapter, Architecture architecture) {
        AdapterCheck check = new AdapterCheck(adapter, architecture);
        adapter.tensors().forEach((name, tensor) -> {
            long[] expected = check.expected(name)
                    .orElseThrow(() -> new IllegalArgumentException("The adapter has a tensor '" + name
                            + "', which a backbone of family " + architecture.family() + " does not use"));
            long[] found = tensor.shape().getShape();
            require(name, tensor.shape(), Arrays.equals(expected, found), Arrays.toString(expected));
        });
    }

    private Optional<long[]> expected(String name) {
        Shape weight =
                architecture.weights().getOrDefault(name, architecture.lmHead().get(name));
        return weight != null
                ? Optional.of(weight.getShape())
                : AdapterEntry.find(name).filter(this::isUsed).map(this::shape);
    }

    private boolean isUsed(Match match) {
        if (match.entry().isOfLayer()) {
            return Integer.parseInt(match.arguments().get(0)) < dimensions.layers();
        }
        return !match.entry().isOfLinearLayer() || linear(match).isPresent();
    }

    private Optional<LinearLayer> linear(Match match) {
        return architecture.linearLayers().stream()
                .filter(layer -> layer.name().equals(match.arguments().get(0)))
                .findFirst();
    }

    private long[] shape(Match match) {
        return match.entry().shape().stream()
                .mapToLong(extent -> extent(extent, match))
                .toArray();
    }

    /**
     * Returns the extent that a letter in a shape stands for. The rank and the width of a bottleneck are those of the
     * adapter.
     */
    private long extent(String letter, Match match) {
        return switch (letter) {
            case "P", "V" -> adapter.virtualTokens().count();
            case "E" -> dimensions.embedding();
            case "H" -> dimensions.hidden();
            case "K" -> dimensions.keyValueHeads();
            case "D" -> dimensions.headWidth();
            case "in" -> linear(match).orElseThrow().in();
            case "out" -> linear(match).orElseThrow().out();
            case "r" -> firstExtent(match.name(AdapterEntry.LORA_A));
            case "m" -> firstExtent(match.name(AdapterEntry.DOWN_BIAS));
            default -> Long.parseLong(letter);
        };
    }

    /** The first extent of a tensor; -1, which no tensor has, if the tensor is missing or a scalar. */
    private long firstExtent(String name) {
        Tensor tensor = adapter.tensors().get(name);
        return tensor == null || tensor.shape().dimension() == 0
                ? -1
                : tensor.shape().get(0);
    }

    private static void require(String name, Shape found, boolean fits, String expected) {
        if (!fits) {
            throw new IllegalArgumentException("Tensor '" + name + "' of the adapter has shape "
                    + Arrays.toString(found.getShape()) + "; expected " + expected);
        }
    }
}
