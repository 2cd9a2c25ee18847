package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.huggingface.adapter.AdapterTarget.Module;
import java.util.List;
import java.util.Set;

/** Modules that a configuration selects by name, by the end of the name, or by a regular expression. */
final class TargetModules {

    private static final String TARGETS = "target_modules";
    private static final String LAYERS = "layers_to_transform";
    private static final String ALL = "all-linear";

    private final AdapterConfig config;
    private final AdapterTarget target;
    private final String prefix;
    private final NameFilter targets;
    private final NameFilter excluded;
    private final List<String> saved;
    private final Set<Integer> layers;
    private final List<ModulePattern> layerPatterns;

    /**
     * Creates the selection of a configuration.
     *
     * @param prefix prefix of the names of the backbone's modules in the adapter's file
     * @throws AdapterException if the configuration does not select modules, or has values of wrong types
     */
    TargetModules(AdapterConfig config, AdapterTarget target, String prefix) {
        this.config = config;
        this.target = target;
        this.prefix = prefix;
        this.targets = NameFilter.of(config, TARGETS);
        this.excluded = NameFilter.of(config, "exclude_modules");
        this.saved = config.texts("modules_to_save");
        this.layers = config.integers(LAYERS);
        this.layerPatterns = config.texts("layers_pattern").stream()
                .map(name -> ModulePattern.of(config, "layers_pattern", "(?:.*?\\.)?" + name + "\\.\\d+\\..*"))
                .toList();
        if (!config.has(TARGETS)) {
            throw config.wrong(TARGETS, "names of modules, as PEFT saves them");
        }
        if (!layers.isEmpty() && config.json().get(TARGETS).isTextual()) {
            throw config.wrong(LAYERS, "it unused, because 'target_modules' is a single text");
        }
    }

    /**
     * Checks that an adapter has tensors for the selected modules and only for them.
     *
     * @param found modules for which the adapter has tensors
     * @throws AdapterException if the modules differ
     */
    void require(Set<Module> found) {
        for (Module module : target.modules().values()) {
            if (selects(module) && !found.contains(module)) {
                throw new AdapterException(config.file() + ": '" + TARGETS + "' is " + config.shown(TARGETS)
                        + ", which selects '" + module.name() + "', but the adapter has no tensors for it");
            }
        }
        for (Module module : found) {
            if (!selects(module)) {
                throw new AdapterException(config.file() + ": '" + TARGETS + "' is " + config.shown(TARGETS)
                        + ", which with the other settings does not select '" + prefix + module.name()
                        + "', but the adapter has tensors for it, which PEFT would ignore");
            }
        }
    }

    private boolean selects(Module module) {
        String name = prefix + module.name();
        return !excluded.matches(name)
                && saved.stream().noneMatch(part -> ("." + name + ".").contains("." + part + "."))
                && (targets.isExactly(ALL) || targets.matches(name))
                && (layers.isEmpty() || layers.contains(module.layer()) && matchesLayerPattern(name));
    }

    private boolean matchesLayerPattern(String name) {
        return layerPatterns.isEmpty() || layerPatterns.stream().anyMatch(list -> list.matches(name));
    }
}
