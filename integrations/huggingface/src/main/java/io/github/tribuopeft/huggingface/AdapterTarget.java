package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.ModelDimensions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A backbone as adapters see it: its sizes, and the modules of its checkpoint that hold its linear maps. */
final class AdapterTarget {

    private static final String LEAD = "base_model.model.";

    private final Architecture architecture;
    private final Family family;
    private final Map<String, Module> modules = new LinkedHashMap<>();

    /**
     * A module of a checkpoint.
     *
     * @param name its name without a prefix such as {@code bert.}
     * @param maps the linear maps that it holds, in the order of its output features; most hold one
     * @param transposed whether its weight is [in, out], as those of GPT-2
     */
    record Module(String name, List<LinearLayer> maps, boolean transposed) {

        int in() {
            return maps.get(0).in();
        }

        int out() {
            return maps.stream().mapToInt(LinearLayer::out).sum();
        }

        int layer() {
            return maps.get(0).layer();
        }

        boolean isFused() {
            return maps.size() > 1;
        }
    }

    AdapterTarget(Architecture architecture) {
        this(architecture, Families.of(architecture));
    }

    AdapterTarget(Architecture architecture, Family family) {
        this.architecture = architecture;
        this.family = family;
        Map<String, List<LinearLayer>> held = new LinkedHashMap<>();
        architecture.linearLayers().stream()
                .sorted(Comparator.comparing(map -> stored(map).part()))
                .forEach(map -> held.computeIfAbsent(nameOf(map), name -> new ArrayList<>())
                        .add(map));
        held.forEach((name, maps) ->
                modules.put(name, new Module(name, maps, stored(maps.get(0)).transposed())));
    }

    private TensorLocation stored(LinearLayer map) {
        return family.stored(map.name() + ".weight");
    }

    private String nameOf(LinearLayer map) {
        return stored(map).name().replaceFirst("\\.weight$", "");
    }

    ModelDimensions shape() {
        return architecture.dimensions();
    }

    /** Number of attention heads, of which several may share keys and values. */
    int attentionHeads() {
        return architecture.linearLayers().stream()
                        .filter(map -> map.role() == LinearLayer.Role.QUERY)
                        .findFirst()
                        .orElseThrow()
                        .out()
                / shape().headWidth();
    }

    String familyName() {
        return architecture.family();
    }

    /** The position id of a text's first token in the checkpoint's own counting. */
    int firstPosition() {
        return architecture.constants().getOrDefault("position_offset", 0).intValue();
    }

    Family family() {
        return family;
    }

    /** The modules that hold linear maps, by name. */
    Map<String, Module> modules() {
        return modules;
    }

    /** The names of the modules of the first layer: enough to tell a reader what there is. */
    String examples() {
        return modules.values().stream()
                .filter(module -> module.layer() == 0)
                .map(Module::name)
                .sorted()
                .toList()
                .toString();
    }

    /**
     * The modules that an adapter's tensors belong to.
     *
     * @param prefix what the modules' names begin with in the file
     * @param byTensor the modules by the names of their tensors
     */
    record Adapted(String prefix, Map<String, Module> byTensor) {

        /** The name of a tensor's module in the file. */
        String name(String tensor) {
            return prefix + byTensor.get(tensor).name();
        }
    }

    /**
     * Finds the modules of all tensors of one kind.
     *
     * @param end what the tensors' names end with
     * @throws AdapterException if there is none, one belongs to no module, or modules are named in two ways
     */
    Adapted adapted(AdapterConfig config, AdapterTensors tensors, String end) {
        Map<String, Module> byTensor = new LinkedHashMap<>();
        String prefix = null;
        for (String tensor : tensors.ending(end)) {
            String name =
                    tensor.startsWith(LEAD) ? tensor.substring(LEAD.length(), tensor.length() - end.length()) : "";
            Module module = modules.get(family.bare(name));
            if (module == null) {
                throw tensors.unknown(tensor, examples());
            }
            String own = name.substring(0, name.length() - module.name().length());
            if (prefix != null && !prefix.equals(own)) {
                throw tensors.namedInTwoWays(tensor, prefix + module.name());
            }
            prefix = own;
            byTensor.put(tensor, module);
        }
        if (prefix == null) {
            throw new AdapterException(config.file() + ": 'peft_type' is " + config.text("peft_type")
                    + ", but the adapter has no tensor that ends in '" + end + "'");
        }
        return new Adapted(prefix, byTensor);
    }

    /** Checks that {@code fan_in_fan_out} is set for those checkpoints alone that hold [in, out]. */
    void requireOrientation(AdapterConfig config) {
        if (config.flag("fan_in_fan_out") && modules.values().stream().noneMatch(Module::transposed)) {
            throw config.wrong("fan_in_fan_out", "false: this backbone's modules hold [out, in]");
        }
    }

    /** What the names of modules begin with in a model for a task. */
    String prefix(TaskType task) {
        return task.isBare() || family.prefixes().isEmpty()
                ? ""
                : family.prefixes().get(0);
    }

    /** The name of a module's tensor in an adapter's file. */
    String tensor(Module module, TaskType task, String end) {
        return LEAD + prefix(task) + module.name() + end;
    }

    /** Checks that entries are all of known maps. */
    void requireKnown(Set<String> entries, String method, String type) {
        if (!entries.isEmpty()) {
            throw new AdapterException("The model's method " + method + " keeps '"
                    + entries.iterator().next() + "', which PEFT's " + type + " has no place for");
        }
    }
}
