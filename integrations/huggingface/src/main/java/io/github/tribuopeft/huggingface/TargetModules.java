package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.huggingface.AdapterTarget.Module;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The modules that a configuration means: by whole names, by how they end, or by a regular expression. */
final class TargetModules {

    private static final String ALL = "all-linear";

    private final AdapterConfig config;
    private final AdapterTarget target;
    private final Set<String> layers;

    TargetModules(AdapterConfig config, AdapterTarget target) {
        this.config = config;
        this.target = target;
        this.layers = Set.copyOf(config.texts("layers_to_transform"));
    }

    /** Checks that there are tensors for every module that is meant. */
    void requireAll(Set<Module> found) {
        for (Module module : target.modules().values()) {
            if (means(module) && !found.contains(module)) {
                throw new AdapterException(config.file() + ": 'target_modules' is "
                        + config.json().path("target_modules") + ", which means '" + module.name()
                        + "' too, but the adapter has no tensors of it");
            }
        }
    }

    private boolean means(Module module) {
        return inLayers(module)
                && target.spellings(module).stream()
                        .anyMatch(name -> matches("target_modules", name) && !matches("exclude_modules", name));
    }

    private boolean inLayers(Module module) {
        return layers.isEmpty() || layers.contains(Integer.toString(module.layer()));
    }

    private boolean matches(String key, String name) {
        List<String> given = config.texts(key);
        if (!config.json().path(key).isTextual()) {
            return given.stream().anyMatch(end -> name.equals(end) || name.endsWith("." + end));
        }
        return given.contains(ALL)
                || expression(key, given.get(0)).matcher(name).matches();
    }

    private Pattern expression(String key, String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw config.wrong(key, "a regular expression or a list of names");
        }
    }
}
