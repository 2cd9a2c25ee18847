package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.huggingface.AdapterTarget.Module;
import java.util.List;
import java.util.Set;

/** The modules that a configuration means: by whole names, by how they end, or by a regular expression. */
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
    private final List<ModulePattern> layerLists;

    /**
     * The modules of a configuration.
     *
     * @param prefix what the names of the backbone's modules begin with in the adapter's file
     * @throws AdapterException if the configuration means none, or has values of wrong types
     */
    TargetModules(AdapterConfig config, AdapterTarget target, String prefix) {
        this.config = config;
        this.target = target;
        this.prefix = prefix;
        this.targets = NameFilter.of(config, TARGETS);
        this.excluded = NameFilter.of(config, "exclude_modules");
        this.saved = config.texts("modules_to_save");
        this.layers = config.integers(LAYERS);
        this.layerLists = config.texts("layers_pattern").stream()
                .map(name -> ModulePattern.of(config, "layers_pattern", "(?:.*?\\.)?" + name + "\\.\\d+\\..*"))
                .toList();
        if (!config.has(TARGETS)) {
            throw config.wrong(TARGETS, "names of modules, as PEFT saves them");
        }
        if (!layers.isEmpty() && config.json().get(TARGETS).isTextual()) {
            throw config.wrong(LAYERS, "it unused, because 'target_modules' is a single text");
        }
    }

    /** Checks that there are tensors for the modules that are meant, and for no others. */
    void require(Set<Module> found) {
        for (Module module : target.modules().values()) {
            if (means(module) && !found.contains(module)) {
                throw new AdapterException(config.file() + ": '" + TARGETS + "' is " + config.shown(TARGETS)
                        + ", which means '" + module.name() + "' too, but the adapter has no tensors of it");
            }
        }
        for (Module module : found) {
            if (!means(module)) {
                throw new AdapterException(config.file() + ": '" + TARGETS + "' is " + config.shown(TARGETS)
                        + ", which with the other settings does not mean '" + prefix + module.name()
                        + "', but the adapter has tensors of it, which PEFT would ignore");
            }
        }
    }

    private boolean means(Module module) {
        String name = prefix + module.name();
        return !excluded.matches(name)
                && saved.stream().noneMatch(part -> ("." + name + ".").contains("." + part + "."))
                && (targets.isExactly(ALL) || targets.matches(name))
                && (layers.isEmpty() || layers.contains(module.layer()) && isInLayerList(name));
    }

    private boolean isInLayerList(String name) {
        return layerLists.isEmpty() || layerLists.stream().anyMatch(list -> list.matches(name));
    }
}
