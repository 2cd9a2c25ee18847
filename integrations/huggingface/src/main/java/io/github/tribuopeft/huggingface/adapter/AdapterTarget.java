package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.ModelDimensions;
import io.github.tribuopeft.huggingface.family.Families;
import io.github.tribuopeft.huggingface.family.Family;
import io.github.tribuopeft.huggingface.family.TensorLocation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Backbone of an adapter: its dimensions, and the modules of its checkpoint that contain its linear layers. */
final class AdapterTarget {

    private static final String PREFIX = "base_model.model.";

    private final Architecture architecture;
    private final Family family;
    private final Map<String, Module> modules = new LinkedHashMap<>();

    /**
     * Module of a checkpoint with a weight.
     *
     * @param name name without a prefix such as {@code bert.}
     * @param layers its linear layers in the order of its output features; a fused module has several
     * @param transposed whether its weight is [in, out], as in GPT-2
     */
    record Module(String name, List<LinearLayer> layers, boolean transposed) {

        int in() {
            return layers.get(0).in();
        }

        int out() {
            return layers.stream().mapToInt(LinearLayer::out).sum();
        }

        int layer() {
            return layers.get(0).layer();
        }

        boolean isFused() {
            return layers.size() > 1;
        }
    }

    /**
     * Creates the target for an architecture.
     *
     * @throws AdapterException if transformers does not have the architecture's family
     */
    AdapterTarget(Architecture architecture) {
        this(
                architecture,
                Families.find(architecture.family()).orElseThrow(() -> PeftFamily.unknown(architecture.family())));
    }

    AdapterTarget(Architecture architecture, Family family) {
        this.architecture = architecture;
        this.family = family;
        Map<String, List<LinearLayer>> byModule = new LinkedHashMap<>();
        architecture.linearLayers().stream()
                .sorted(Comparator.comparing(layer -> location(layer).part()))
                .forEach(layer -> byModule.computeIfAbsent(moduleName(layer), name -> new ArrayList<>())
                        .add(layer));
        byModule.forEach((name, layers) -> modules.put(
                name, new Module(name, layers, location(layers.get(0)).transposed())));
    }

    private TensorLocation location(LinearLayer layer) {
        return family.locate(layer.name() + ".weight");
    }

    private String moduleName(LinearLayer layer) {
        return location(layer).name().replaceFirst("\\.weight$", "");
    }

    ModelDimensions shape() {
        return architecture.dimensions();
    }

    /** Returns the number of attention heads. Several heads can share keys and values. */
    int attentionHeads() {
        return architecture.linearLayers().stream()
                        .filter(layer -> layer.role() == LinearLayer.Role.QUERY)
                        .findFirst()
                        .orElseThrow()
                        .out()
                / shape().headWidth();
    }

    String familyName() {
        return architecture.family();
    }

    /** Returns the position id of a text's first token in the checkpoint. */
    int firstPosition() {
        return architecture.constants().getOrDefault("position_offset", 0).intValue();
    }

    Family family() {
        return family;
    }

    /** Returns the classifiers that transformers has for the backbone. */
    List<ClassifierLayout> classifiers() {
        return PeftFamily.of(architecture.family()).classifiers();
    }

    /** Returns whether PEFT supports prefix tuning for the backbone. */
    boolean hasPrefixTuning() {
        return PeftFamily.of(architecture.family()).prefixTuning();
    }

    /** Returns the modules with linear layers by name. */
    Map<String, Module> modules() {
        return modules;
    }

    /** Returns the names of the modules of the first layer as examples for an error. */
    String examples() {
        return modules.values().stream()
                .filter(module -> module.layer() == 0)
                .map(Module::name)
                .sorted()
                .toList()
                .toString();
    }

    /**
     * Modules of the tensors in an adapter's file.
     *
     * @param prefix prefix of the modules' names in the file
     * @param byTensor the modules by the names of their tensors
     */
    record Adapted(String prefix, Map<String, Module> byTensor) {

        /** Returns the name of a tensor's module in the file. */
        String name(String tensor) {
            return prefix + byTensor.get(tensor).name();
        }
    }

    /**
     * Finds the modules of all tensors whose names have a suffix.
     *
     * @throws AdapterException if there are no such tensors, one does not belong to a module, or prefixes of modules
     *     differ
     */
    Adapted adapted(AdapterConfig config, AdapterTensors tensors, String suffix) {
        Map<String, Module> byTensor = new LinkedHashMap<>();
        String prefix = null;
        for (String tensor : tensors.withSuffix(suffix)) {
            String name = tensor.startsWith(PREFIX)
                    ? tensor.substring(PREFIX.length(), tensor.length() - suffix.length())
                    : "";
            Module module = modules.get(family.withoutPrefix(name));
            if (module == null) {
                throw tensors.unknown(tensor, examples());
            }
            String modulePrefix =
                    name.substring(0, name.length() - module.name().length());
            if (prefix != null && !prefix.equals(modulePrefix)) {
                throw tensors.inconsistentPrefix(tensor, prefix + module.name());
            }
            prefix = modulePrefix;
            byTensor.put(tensor, module);
        }
        if (prefix == null) {
            throw new AdapterException(config.file() + ": 'peft_type' is " + config.text("peft_type")
                    + ", but the adapter has no tensor that ends in '" + suffix + "'");
        }
        return new Adapted(prefix, byTensor);
    }

    /**
     * Checks that {@code fan_in_fan_out} is only set for checkpoints whose weights are [in, out].
     *
     * @throws AdapterException if it is set for other checkpoints
     */
    void requireOrientation(AdapterConfig config) {
        if (config.flag("fan_in_fan_out") && modules.values().stream().noneMatch(Module::transposed)) {
            throw config.wrong("fan_in_fan_out", "false: the weights of this backbone are [out, in]");
        }
    }

    /** Returns the prefix of the names of modules in a model for a task. */
    String prefix(TaskType task) {
        return task.isBare() || family.prefixes().isEmpty()
                ? ""
                : family.prefixes().get(0);
    }

    /** Returns the name of a module's tensor in an adapter's file. */
    String tensor(Module module, TaskType task, String suffix) {
        return PREFIX + prefix(task) + module.name() + suffix;
    }

    /**
     * Checks that all entries of an adapter were encoded.
     *
     * @param entries names of the entries that were not encoded
     * @throws AdapterException if there are any
     */
    void requireAllEncoded(Set<String> entries, AdapterCodec codec) {
        if (!entries.isEmpty()) {
            throw new AdapterException("The model's method " + codec.method() + " has the entry '"
                    + entries.iterator().next() + "', which PEFT's " + codec.type() + " cannot represent");
        }
    }
}
