package io.github.tribuopeft.huggingface.adapter;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.adapter.AdapterTarget.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Codec of IA3 factors, {@code <module>.ia3_l}: [out, 1] for the outputs of a module, or [1, in] for its inputs. The
 * linear layers of a fused module have their parts of the output factors, and all of the input factors.
 */
record Ia3Codec() implements AdapterCodec {

    private static final String FACTORS = ".ia3_l";
    private static final String FEED_FORWARD = "feedforward_modules";

    @Override
    public String type() {
        return "IA3";
    }

    @Override
    public String method() {
        return "ia3";
    }

    @Override
    public Set<String> keys() {
        return Set.of("target_modules", "exclude_modules", FEED_FORWARD, "fan_in_fan_out", "init_ia3_weights");
    }

    @Override
    public String headPrefix() {
        return "base_model.model.";
    }

    @Override
    public Adapter decode(AdapterConfig config, AdapterTensors tensors, AdapterTarget target) {
        target.requireOrientation(config);
        Map<String, Tensor> entries = new HashMap<>();
        AdapterTarget.Adapted adapted = target.adapted(config, tensors, FACTORS);
        NameFilter feedForward = NameFilter.of(config, FEED_FORWARD);
        adapted.byTensor().forEach((name, module) -> {
            boolean in = config.has(FEED_FORWARD)
                    ? isFeedForward(feedForward, adapted.name(name))
                    : tensors.find(name).equals(Optional.of(new Shape(1, module.in())));
            if (in) {
                float[] factors = tensors.take(name, 1, module.in()).values();
                module.layers().forEach(layer -> entries.put(layer.name() + ".scale.in", row(factors)));
            } else {
                split(module, tensors.take(name, module.out(), 1).values(), entries);
            }
        });
        new TargetModules(config, target, adapted.prefix())
                .require(new HashSet<>(adapted.byTensor().values()));
        return new Adapter(entries, VirtualTokens.NONE);
    }

    /** Compares ends of names, as PEFT does here; for target modules PEFT compares whole parts of names. */
    private static boolean isFeedForward(NameFilter filter, String module) {
        return filter.expression().map(pattern -> pattern.matches(module)).orElseGet(() -> filter.names().stream()
                .anyMatch(module::endsWith));
    }

    private static Tensor row(float[] values) {
        return new Tensor(new Shape(values.length), values);
    }

    private static void split(Module module, float[] factors, Map<String, Tensor> entries) {
        int row = 0;
        for (LinearLayer layer : module.layers()) {
            float[] factorsOfLayer = Arrays.copyOfRange(factors, row, row + layer.out());
            // factors of 1 have no effect: in a fused module they stand for a layer without factors
            if (!module.isFused() || !Arrays.equals(factorsOfLayer, ones(layer.out()))) {
                entries.put(layer.name() + ".scale.out", row(factorsOfLayer));
            }
            row += layer.out();
        }
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1f);
        return ones;
    }

    @Override
    public EncodedAdapter encode(Adapter adapter, AdapterTarget target, TaskType task) {
        Map<String, Tensor> entries = new TreeMap<>(adapter.tensors());
        Map<String, Tensor> tensors = new TreeMap<>();
        List<String> targets = new ArrayList<>();
        List<String> feedForward = new ArrayList<>();
        boolean transposed = false;
        for (Module module : target.modules().values()) {
            Tensor in = inputFactors(module, entries);
            Tensor out = outputFactors(module, entries);
            if (in != null && out != null) {
                throw new AdapterException("PEFT has one row of factors for a module, but this model scales both the"
                        + " inputs and the outputs of '" + module.name() + "'");
            }
            if (in != null || out != null) {
                tensors.put(target.tensor(module, task, FACTORS), in == null ? out : in);
                targets.add(target.prefix(task) + module.name());
                transposed |= module.transposed();
            }
            if (in != null) {
                feedForward.add(target.prefix(task) + module.name());
            }
        }
        target.requireAllEncoded(entries.keySet(), this);
        Map<String, Object> settings = new HashMap<>();
        settings.put("target_modules", targets.stream().sorted().toList());
        settings.put(FEED_FORWARD, feedForward.stream().sorted().toList());
        settings.put("fan_in_fan_out", transposed);
        settings.put("init_ia3_weights", true);
        return new EncodedAdapter(settings, tensors);
    }

    /** Returns the factors of a module's inputs, [1, in]; null if it does not have any. */
    private static Tensor inputFactors(Module module, Map<String, Tensor> entries) {
        Set<Tensor> ofLayers = new HashSet<>();
        module.layers().forEach(layer -> ofLayers.add(entries.remove(layer.name() + ".scale.in")));
        if (ofLayers.size() > 1) {
            throw new AdapterException("The checkpoint has several linear layers in '" + module.name()
                    + "', whose inputs this model scales differently; PEFT has one row of factors for all of them");
        }
        Tensor factors = ofLayers.iterator().next();
        return factors == null ? null : new Tensor(new Shape(1, module.in()), factors.values());
    }

    /** Returns the factors of a module's outputs, [out, 1]; null if it does not have any. */
    private static Tensor outputFactors(Module module, Map<String, Tensor> entries) {
        float[] factors = ones(module.out());
        boolean any = false;
        int row = 0;
        for (LinearLayer layer : module.layers()) {
            Tensor ofLayer = entries.remove(layer.name() + ".scale.out");
            if (ofLayer != null) {
                System.arraycopy(ofLayer.values(), 0, factors, row, layer.out());
                any = true;
            }
            row += layer.out();
        }
        return any ? new Tensor(new Shape(module.out(), 1), factors) : null;
    }
}
