package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuopeft.EarlierNames;
import io.github.tribuopeft.ModelFileCheckpoint;
import io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * OLCUT configuration of a trainer, in which every setting has a name. The components are {@code trainer}, {@code
 * backbone}, {@code method}, {@code head}, {@code training} and those of the task. Nothing is instantiated before the
 * configuration is complete.
 */
final class TrainerConfiguration {

    private static final String TRAINER = "trainer";
    private static final String BACKBONE = "backbone";
    private static final String START = "start";

    private final Map<String, ConfigurationData> components;
    private final String origin;

    private TrainerConfiguration(Map<String, ConfigurationData> components, String origin) {
        this.components = components;
        this.origin = origin;
    }

    /**
     * Returns the default configuration of a task's trainer: only its components, so that the defaults of all settings
     * are those of the library.
     *
     * @param task the classes of the task's components
     */
    static TrainerConfiguration of(TaskComponents task, PeftMethod method, ConfigurationData backbone) {
        TrainerConfiguration configuration = new TrainerConfiguration(new LinkedHashMap<>(), "the command line");
        Map<String, Property> properties = new LinkedHashMap<>();
        properties.put(BACKBONE, new SimpleProperty(BACKBONE));
        properties.put("method", new SimpleProperty("method"));
        properties.put("options", new SimpleProperty("training"));
        task.others().forEach((name, type) -> properties.put(name, new SimpleProperty(name)));
        configuration.put(new ConfigurationData(TRAINER, task.trainer().getName(), properties));
        describe(method).forEach(configuration::put);
        task.others().forEach((name, type) -> configuration.put(new ConfigurationData(name, type.getName())));
        configuration.put(new ConfigurationData("training", TrainingOptions.class.getName()));
        configuration.put(backbone);
        return configuration;
    }

    /**
     * Returns a method and its parts as components. The method is the component {@code method}. A separate manager
     * imports the method, since the settings of an imported object cannot be changed.
     */
    private static List<ConfigurationData> describe(PeftMethod method) {
        try (ConfigurationManager scratch = new ConfigurationManager()) {
            scratch.importConfigurable(method, "method");
            return scratch.getComponentNames().stream()
                    .map(name -> scratch.getConfigurationData(name).orElseThrow())
                    .toList();
        }
    }

    /**
     * Reads a configuration file with a component named {@code trainer}.
     *
     * @throws UsageException if the file contains anything except components of known classes
     */
    static TrainerConfiguration read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--config: there is no file " + file);
        }
        Map<String, ConfigurationData> components = ConfigurationFile.read(file);
        if (!components.containsKey(TRAINER)) {
            throw new UsageException(
                    file + ": found the components " + components.keySet() + "; expected a component named 'trainer'");
        }
        return new TrainerConfiguration(components, file.toString());
    }

    private void put(ConfigurationData component) {
        components.put(component.getName(), component);
    }

    /** Returns whether the configuration has a component with a setting. */
    boolean has(String component, String field) {
        return components.containsKey(component) && fields(component).containsKey(field);
    }

    /** Returns the value of a setting; empty if it has its default. */
    Optional<String> value(String component, String field) {
        return components.get(component).get(field).map(Property::toString);
    }

    /** Returns the names of a component's settings. */
    Set<String> settings(String component) {
        return fields(component).keySet();
    }

    private Map<String, Class<?>> fields(String component) {
        return ConfiguredFields.of(type(component));
    }

    private String type(String component) {
        return components.get(component).getClassName();
    }

    /**
     * Changes a setting. The value of an object is the name of a component, or the short name of a class, such as
     * {@code label-text} for {@code LabelTextInitializer}. Commas separate the values of a list.
     */
    void set(String component, String field, Object value) {
        if (!components.containsKey(component)) {
            throw new UsageException("--set: there is no component '" + component + "'"
                    + Suggestion.of(component, components.keySet()) + "; expected one of " + components.keySet());
        }
        Class<?> type = fields(component).get(field);
        if (type == null) {
            throw new UsageException(ConfiguredFields.unknown(type(component), field));
        }
        String text = type.isEnum() ? EarlierNames.constant(value.toString()) : value.toString();
        ConfiguredFields.invalid(type, text).ifPresent(reason -> {
            throw new UsageException(component + "." + field + ": " + reason);
        });
        if (Configurable.class.isAssignableFrom(type) && !components.containsKey(text)) {
            Class<?> named = ComponentClasses.named(text, type)
                    .orElseThrow(() -> new UsageException(component + "." + field + ": there is no "
                            + type.getSimpleName() + " '" + text + "'; expected one of "
                            + String.join(", ", ComponentClasses.shortNames(type)) + ", or the name of a component"));
            put(new ConfigurationData(text, named.getName()));
        }
        components
                .get(component)
                .add(
                        field,
                        List.class.isAssignableFrom(type)
                                ? ListProperty.createFromStringList(Arrays.asList(text.split(",")))
                                : new SimpleProperty(text));
    }

    /** Sets the trainer's backbone. */
    void setBackbone(ConfigurationData backbone) {
        put(backbone);
        components.get(TRAINER).add(BACKBONE, new SimpleProperty(backbone.getName()));
    }

    /** Sets the checkpoint from which training resumes: a model file or an adapter directory. */
    void resumeFrom(Path checkpoint) {
        if (!Files.exists(checkpoint)) {
            throw new UsageException(
                    "--start: there is no " + checkpoint + "; expected a model file or an adapter directory");
        }
        String path = checkpoint.toAbsolutePath().normalize().toString();
        put(
                Files.isDirectory(checkpoint)
                        ? new ConfigurationData(
                                START,
                                PeftAdapterCheckpoint.class.getName(),
                                Map.of("directory", new SimpleProperty(path)))
                        : new ConfigurationData(
                                START, ModelFileCheckpoint.class.getName(), Map.of("file", new SimpleProperty(path))));
        components.get(TRAINER).add(START, new SimpleProperty(START));
    }

    /**
     * Creates the trainer.
     *
     * @throws UsageException if a component, a setting or a value is invalid
     */
    <C> C trainer(Class<C> type) {
        if (!type.getName().equals(type(TRAINER))) {
            String found = type(TRAINER);
            throw new UsageException(origin + ": component 'trainer' is a "
                    + found.substring(found.lastIndexOf('.') + 1) + ", but this task needs a " + type.getSimpleName());
        }
        components.values().forEach(this::requireComplete);
        requireNoCycle(TRAINER, new HashSet<>());
        try (ConfigurationManager manager = new ConfigurationManager()) {
            components.values().forEach(manager::addConfiguration);
            return type.cast(manager.lookup(TRAINER));
        } catch (PropertyException e) {
            throw new UsageException(origin + ": " + explain(e), e);
        }
    }

    /** Checks the values of a component and the components that it names. */
    private void requireComplete(ConfigurationData component) {
        Map<String, Class<?>> fields = ConfiguredFields.of(component.getClassName());
        component.getProperties().forEach((field, value) -> {
            for (String text : texts(value)) {
                ConfiguredFields.invalid(fields.get(field), text).ifPresent(reason -> {
                    throw new UsageException(origin + ": " + component.getName() + "." + field + ": " + reason);
                });
            }
        });
        references(component).forEach((field, name) -> {
            if (!components.containsKey(name)) {
                throw new UsageException(origin + ": " + component.getName() + "." + field + ": there is no component '"
                        + name + "'; expected one of " + components.keySet());
            }
        });
    }

    private static List<String> texts(Property value) {
        return value instanceof ListProperty list
                ? list.getSimpleList().stream().map(SimpleProperty::getValue).toList()
                : List.of(value.toString());
    }

    /** Checks that no component contains itself. OLCUT's look-up of such a component does not end. */
    private void requireNoCycle(String component, Set<String> open) {
        if (!open.add(component)) {
            throw new UsageException(origin + ": component '" + component + "' contains itself");
        }
        references(components.get(component)).values().forEach(name -> requireNoCycle(name, open));
        open.remove(component);
    }

    /** Returns the components that a component's settings name. Each entry of a list has its own key. */
    private Map<String, String> references(ConfigurationData component) {
        Map<String, String> names = new LinkedHashMap<>();
        ConfiguredFields.of(component.getClassName())
                .forEach((field, type) -> component.get(field).ifPresent(value -> {
                    if (Configurable.class.isAssignableFrom(type)) {
                        names.put(field, value.toString());
                    } else if (List.class.isAssignableFrom(type)) {
                        texts(value).forEach(name -> names.put(field + "[" + names.size() + "]", name));
                    }
                }));
        return names;
    }

    /** Returns the message of an error with the name of the component. */
    private String explain(PropertyException e) {
        Throwable cause = e.getCause();
        String message = cause instanceof RuntimeException && cause.getMessage() != null
                ? cause.getMessage()
                : e.getMsg() == null ? e.getMessage() : e.getMsg();
        List<String> owners = components.keySet().stream()
                .filter(name -> e.getProperty() != null && has(name, e.getProperty()))
                .toList();
        return (owners.size() == 1 ? "component '" + owners.get(0) + "': " : "") + message;
    }
}
