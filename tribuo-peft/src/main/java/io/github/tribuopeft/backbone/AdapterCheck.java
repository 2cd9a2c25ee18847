package io.github.tribuopeft.backbone;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Checks the entries of an adapter, which {@code bert.py} describes: an entry that a program does not look up would be lost without a word. */
final class AdapterCheck {

    private static final String PROMPT = "prompt";
    private static final Pattern PREFIX = Pattern.compile("prefix\\.([0-9]{1,6})\\.(?:key|value)");
    private static final Pattern BOTTLENECK = Pattern.compile(
            "(adapter\\.([0-9]{1,6})\\.(?:attention|feedforward|parallel|layer))\\.(down|up)\\.(weight|bias)");
    private static final Pattern LORA = Pattern.compile("(.+)\\.lora\\.[AB]");

    /** Entries of which none comes alone, by their endings. */
    private static final List<List<String>> TOGETHER = List.of(
            List.of(".key", ".value"),
            List.of(".lora.A", ".lora.B"),
            List.of(".down.weight", ".down.bias", ".up.weight", ".up.bias"));

    private final Adapter adapter;
    private final Architecture architecture;
    private final ModelDimensions shape;

    private AdapterCheck(Adapter adapter, Architecture architecture) {
        this.adapter = adapter;
        this.architecture = architecture;
        this.shape = architecture.dimensions();
    }

    /** Checks what can be checked without a backbone: the virtual tokens, and that no entry misses those that it comes with. */
    static void complete(Adapter adapter) {
        int virtual = adapter.virtualTokens().count();
        boolean some = false;
        for (Map.Entry<String, Tensor> entry : adapter.tensors().entrySet()) {
            String name = entry.getKey();
            Shape shape = entry.getValue().shape();
            if (name.equals(PROMPT)) {
                require(name, shape, shape.dimension() == 3 && shape.get(1) == virtual, "[1, " + virtual + ", width]");
                some = true;
            } else if (PREFIX.matcher(name).matches()) {
                require(
                        name,
                        shape,
                        shape.dimension() == 4 && shape.get(2) == virtual,
                        "[1, heads, " + virtual + ", width]");
                requireTogether(adapter, name);
                some = true;
            } else if (BOTTLENECK.matcher(name).matches() || LORA.matcher(name).matches()) {
                requireTogether(adapter, name);
            }
        }
        if (some != virtual > 0) {
            throw new IllegalArgumentException(
                    "The adapter has " + virtual + " virtual tokens, but no tensor 'prompt' or 'prefix' holds them");
        }
    }

    private static void requireTogether(Adapter adapter, String name) {
        for (List<String> endings : TOGETHER) {
            endings.stream().filter(name::endsWith).findFirst().ifPresent(ending -> {
                String lead = name.substring(0, name.length() - ending.length());
                endings.stream()
                        .filter(other -> !adapter.tensors().containsKey(lead + other))
                        .findFirst()
                        .ifPresent(other -> {
                            throw new IllegalArgumentException(
                                    "The adapter has a tensor '" + name + "', but no '" + lead + other + "'");
                        });
            });
        }
    }

    /** Checks an adapter against a backbone. */
    static void fits(Adapter adapter, Architecture architecture) {
        AdapterCheck check = new AdapterCheck(adapter, architecture);
        adapter.tensors().forEach((name, tensor) -> {
            long[] expected = check.expected(name)
                    .orElseThrow(() -> new IllegalArgumentException("The adapter has a tensor '" + name
                            + "', which a backbone of family " + architecture.family() + " does not use"));
            long[] found = tensor.shape().getShape();
            require(name, tensor.shape(), Arrays.equals(expected, found), show(expected));
        });
    }

    /** The shape of an entry; the ranks of low-rank terms and the widths of bottlenecks are those that the adapter has. */
    private Optional<long[]> expected(String name) {
        Matcher prefix = PREFIX.matcher(name);
        Matcher bottleneck = BOTTLENECK.matcher(name);
        int virtual = adapter.virtualTokens().count();
        if (name.equals(PROMPT)) {
            return Optional.of(new long[] {1, virtual, shape.embedding()});
        }
        if (prefix.matches()) {
            return isLayer(prefix.group(1))
                    ? Optional.of(new long[] {1, shape.keyValueHeads(), virtual, shape.headWidth()})
                    : Optional.empty();
        }
        if (bottleneck.matches()) {
            long width = extent(bottleneck.group(1) + ".down.bias", 0);
            return isLayer(bottleneck.group(2))
                    ? Optional.of(bottleneck(bottleneck.group(3), bottleneck.group(4), width))
                    : Optional.empty();
        }
        Shape weight =
                architecture.weights().getOrDefault(name, architecture.lmHead().get(name));
        return weight != null ? Optional.of(weight.getShape()) : ofLinearMap(name);
    }

    private long[] bottleneck(String map, String part, long width) {
        long in = map.equals("down") ? shape.hidden() : width;
        long out = map.equals("down") ? width : shape.hidden();
        return part.equals("bias") ? new long[] {out} : new long[] {out, in};
    }

    private Optional<long[]> ofLinearMap(String name) {
        return architecture.linearLayers().stream()
                .filter(map -> name.startsWith(map.name() + "."))
                .findFirst()
                .flatMap(map -> Optional.ofNullable(
                        switch (name.substring(map.name().length())) {
                            case ".bias", ".scale.out" -> new long[] {map.out()};
                            case ".scale.in" -> new long[] {map.in()};
                            case ".lora.A" -> new long[] {extent(name, 0), map.in()};
                            case ".lora.B" -> new long[] {map.out(), extent(map.name() + ".lora.A", 0)};
                            default -> null;
                        }));
    }

    private boolean isLayer(String number) {
        return Integer.parseInt(number) < shape.layers();
    }

    /** The first extent of a tensor; -1, which no tensor has, if it is not there. */
    private long extent(String name, int dimension) {
        Tensor tensor = adapter.tensors().get(name);
        return tensor == null || tensor.shape().dimension() <= dimension
                ? -1
                : tensor.shape().get(dimension);
    }

    private static void require(String name, Shape found, boolean fits, String expected) {
        if (!fits) {
            throw new IllegalArgumentException("Tensor '" + name + "' of the adapter has shape "
                    + show(found.getShape()) + "; expected " + expected);
        }
    }

    private static String show(long[] extents) {
        return LongStream.of(extents).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
