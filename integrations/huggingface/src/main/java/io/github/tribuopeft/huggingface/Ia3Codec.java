package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.AdapterTarget.Module;
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
 * Factors, {@code <module>.ia3_l}: [out, 1] of what a module gives, [1, in] of what it takes. Of a module that holds several of our maps, each has its
 * part of the former and all of the latter.
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
    public String headLead() {
        return "base_model.model.";
    }

    @Override
    public Adapter read(AdapterConfig config, AdapterTensors tensors, AdapterTarget target) {
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
                module.maps().forEach(map -> entries.put(AdapterEntry.SCALE_IN.of(map), row(factors)));
            } else {
                split(module, tensors.take(name, module.out(), 1).values(), entries);
            }
        });
        new TargetModules(config, target, adapted.prefix())
                .require(new HashSet<>(adapted.byTensor().values()));
        return new Adapter(entries, VirtualTokens.NONE);
    }

    /** PEFT compares ends of names here, where it compares whole parts of names for the targets. */
    private static boolean isFeedForward(NameFilter filter, String module) {
        return filter.expression().map(pattern -> pattern.matches(module)).orElseGet(() -> filter.names().stream()
                .anyMatch(module::endsWith));
    }

    private static Tensor row(float[] values) {
        return new Tensor(new Shape(values.length), values);
    }

    private static void split(Module module, float[] factors, Map<String, Tensor> entries) {
        int row = 0;
        for (LinearLayer map : module.maps()) {
            float[] own = Arrays.copyOfRange(factors, row, row + map.out());
            // ones change nothing: a part of a fused module that only its neighbours have factors for
            if (!module.isFused() || !Arrays.equals(own, ones(own.length))) {
                entries.put(AdapterEntry.SCALE_OUT.of(map), row(own));
            }
            row += map.out();
        }
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1f);
        return ones;
    }

    @Override
    public Written write(Adapter adapter, AdapterTarget target, TaskType task) {
        Map<String, Tensor> entries = new TreeMap<>(adapter.tensors());
        Map<String, Tensor> tensors = new TreeMap<>();
        List<String> targets = new ArrayList<>();
        List<String> feedForward = new ArrayList<>();
        boolean transposed = false;
        for (Module module : target.modules().values()) {
            Tensor in = takenFactors(module, entries);
            Tensor out = givenFactors(module, entries);
            if (in != null && out != null) {
                throw new AdapterException("PEFT has one row of factors for a module, but this model scales both what '"
                        + module.name() + "' takes and what it gives");
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
        target.requireKnown(entries.keySet(), method(), type());
        Map<String, Object> settings = new HashMap<>();
        settings.put("target_modules", targets.stream().sorted().toList());
        settings.put(FEED_FORWARD, feedForward.stream().sorted().toList());
        settings.put("fan_in_fan_out", transposed);
        settings.put("init_ia3_weights", true);
        return new Written(settings, tensors);
    }

    /** Factors of what a module takes, [1, in]; null if there are none. */
    private static Tensor takenFactors(Module module, Map<String, Tensor> entries) {
        Set<Tensor> own = new HashSet<>();
        module.maps().forEach(map -> own.add(entries.remove(AdapterEntry.SCALE_IN.of(map))));
        if (own.size() > 1) {
            throw new AdapterException("The checkpoint holds several linear maps in '" + module.name()
                    + "', which this model scales the input of differently; PEFT has one row of factors for them all");
        }
        Tensor factors = own.iterator().next();
        return factors == null ? null : new Tensor(new Shape(1, module.in()), factors.values());
    }

    /** Factors of what a module gives, [out, 1]; null if there are none. */
    private static Tensor givenFactors(Module module, Map<String, Tensor> entries) {
        float[] all = ones(module.out());
        boolean any = false;
        int row = 0;
        for (LinearLayer map : module.maps()) {
            Tensor own = entries.remove(AdapterEntry.SCALE_OUT.of(map));
            if (own != null) {
                System.arraycopy(own.values(), 0, all, row, map.out());
                any = true;
            }
            row += map.out();
        }
        return any ? new Tensor(new Shape(module.out(), 1), all) : null;
    }
}
