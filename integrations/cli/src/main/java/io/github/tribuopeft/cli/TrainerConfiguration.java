package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuopeft.ModelStart;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.AdapterStart;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A trainer as an OLCUT configuration of the components {@code trainer}, {@code backbone}, {@code method}, {@code head} and {@code
 * training}, so that every setting there is can be reached by name.
 */
final class TrainerConfiguration implements AutoCloseable {

    private static final double HELD_OUT = 0.1;
    private static final String START = "start";

    private final ConfigurationManager manager;
    private final String origin;

    private TrainerConfiguration(ConfigurationManager manager, String origin) {
        this.manager = manager;
        this.origin = origin;
    }

    /**
     * A task's trainer with its defaults.
     *
     * @param developmentSetGiven whether nothing needs to be held out
     */
    static TrainerConfiguration of(
            Class<?> trainer, PeftMethod method, ConfigurationData backbone, boolean developmentSetGiven) {
        ConfigurationManager manager = new ConfigurationManager();
        Map<String, Property> properties = new LinkedHashMap<>();
        for (String component : List.of("backbone", "method", "head")) {
            properties.put(component, new SimpleProperty(component));
        }
        properties.put("options", new SimpleProperty("training"));
        properties.put("developmentFraction", new SimpleProperty(developmentSetGiven ? "0" : "" + HELD_OUT));
        if (ConfiguredFields.of(trainer.getName()).containsKey("metric")) {
            properties.put("metric", new SimpleProperty("metric"));
            manager.addConfiguration(new ConfigurationData("metric", SpanF1.class.getName()));
        }
        describe(method).forEach(manager::addConfiguration);
        manager.addConfiguration(new ConfigurationData("trainer", trainer.getName(), properties));
        manager.addConfiguration(new ConfigurationData("head", LabelHead.class.getName()));
        manager.addConfiguration(new ConfigurationData("training", TrainingOptions.class.getName()));
        manager.addConfiguration(backbone);
        return new TrainerConfiguration(manager, "the command line");
    }

    /**
     * A method and what it is made of, as components of which {@code method} is one. They come from a manager of their own, since an imported
     * object counts as built and its settings could not be changed any more.
     */
    private static List<ConfigurationData> describe(PeftMethod method) {
        try (ConfigurationManager scratch = new ConfigurationManager()) {
            scratch.importConfigurable(method, "method");
            return scratch.getComponentNames().stream()
                    .map(name -> scratch.getConfigurationData(name).orElseThrow())
                    .toList();
        }
    }

    /** The configuration in a file, which must have a component named {@code trainer}. */
    static TrainerConfiguration read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--config: there is no file " + file);
        }
        try {
            ConfigurationManager manager =
                    new ConfigurationManager(file.toAbsolutePath().toString());
            if (!manager.getComponentNames().contains("trainer")) {
                throw new UsageException(
                        file + " has no component named 'trainer'; it has " + manager.getComponentNames());
            }
            return new TrainerConfiguration(manager, file.toString());
        } catch (UsageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UsageException(file + " is no OLCUT configuration: " + e.getMessage(), e);
        }
    }

    /** Whether a component is there and has a setting. */
    boolean has(String component, String field) {
        return manager.getComponentNames().contains(component)
                && fields(component).containsKey(field);
    }

    /** The names of a component's settings. */
    Set<String> settings(String component) {
        return fields(component).keySet();
    }

    private Map<String, Class<?>> fields(String component) {
        return ConfiguredFields.of(type(component));
    }

    private String type(String component) {
        return manager.getConfigurationData(component).orElseThrow().getClassName();
    }

    /**
     * Changes a setting. Where an object is wanted, its value is the name of a component, or of a class beside that of the object's interface, in
     * small letters: {@code label-rows} for {@code LabelRows}.
     */
    void set(String component, String field, Object value) {
        Set<String> components = manager.getComponentNames();
        if (!components.contains(component)) {
            throw new UsageException("--set: there is no component '" + component + "'; there are " + components);
        }
        Map<String, Class<?>> known = fields(component);
        if (!known.containsKey(field)) {
            String type = type(component);
            throw new UsageException(type.substring(type.lastIndexOf('.') + 1) + " has no setting '" + field + "'"
                    + (known.isEmpty() ? "; it has none" : "; it has " + known.keySet()));
        }
        String text = value.toString();
        if (Configurable.class.isAssignableFrom(known.get(field)) && !components.contains(text)) {
            manager.addConfiguration(new ConfigurationData(text, beside(known.get(field), text)));
        }
        manager.overrideConfigurableProperty(component, field, new SimpleProperty(text));
    }

    /** Makes the trainer go on from a model file or from an adapter directory. */
    void startFrom(Path place) {
        if (!Files.exists(place)) {
            throw new UsageException(
                    "--start: there is no " + place + "; expected a model file or an adapter directory");
        }
        String path = place.toAbsolutePath().normalize().toString();
        manager.addConfiguration(
                Files.isDirectory(place)
                        ? new ConfigurationData(
                                START, AdapterStart.class.getName(), Map.of("directory", new SimpleProperty(path)))
                        : new ConfigurationData(
                                START, ModelStart.class.getName(), Map.of("file", new SimpleProperty(path))));
        manager.overrideConfigurableProperty("trainer", START, new SimpleProperty(START));
    }

    private static String beside(Class<?> wanted, String value) {
        String simple = Arrays.stream(value.split("-"))
                .filter(part -> !part.isEmpty())
                .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                .collect(Collectors.joining());
        String name = wanted.getPackageName() + "." + simple;
        try {
            if (wanted.isAssignableFrom(Class.forName(name))) {
                return name;
            }
        } catch (ClassNotFoundException e) {
            // told below
        }
        throw new UsageException("'" + value + "' is no " + wanted.getSimpleName()
                + "; expected the name of a class in " + wanted.getPackageName() + ", such as "
                + "vocabulary-rows for VocabularyRows");
    }

    /** The trainer. */
    <C> C trainer(Class<C> type) {
        Configurable trainer = manager.lookup("trainer");
        if (!type.isInstance(trainer)) {
            throw new UsageException(origin + ": component 'trainer' is a "
                    + trainer.getClass().getSimpleName() + ", but this task needs a " + type.getSimpleName());
        }
        return type.cast(trainer);
    }

    @Override
    public void close() {
        manager.close();
    }
}
