package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuopeft.ModelFileCheckpoint;
import io.github.tribuopeft.head.LabelHead;
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
import java.util.Set;

/**
 * A trainer as an OLCUT configuration of the components {@code trainer}, {@code backbone}, {@code method}, {@code head} and {@code
 * training}, so that every setting there is can be reached by name. OLCUT sees it when it is complete: until then nothing of it is
 * instantiated.
 */
final class TrainerConfiguration {

    private static final double HELD_OUT = 0.1;
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
     * A task's trainer with its defaults.
     *
     * @param developmentSetGiven whether nothing needs to be held out
     */
    static TrainerConfiguration of(
            Class<?> trainer, PeftMethod method, ConfigurationData backbone, boolean developmentSetGiven) {
        TrainerConfiguration configuration = new TrainerConfiguration(new LinkedHashMap<>(), "the command line");
        Map<String, Property> properties = new LinkedHashMap<>();
        for (String component : List.of(BACKBONE, "method", "head")) {
            properties.put(component, new SimpleProperty(component));
        }
        properties.put("options", new SimpleProperty("training"));
        properties.put("developmentFraction", new SimpleProperty(developmentSetGiven ? "0" : "" + HELD_OUT));
        if (ConfiguredFields.of(trainer.getName()).containsKey("metric")) {
            properties.put("metric", new SimpleProperty("metric"));
            configuration.put(new ConfigurationData("metric", SpanF1.class.getName()));
        }
        describe(method).forEach(configuration::put);
        configuration.put(new ConfigurationData(TRAINER, trainer.getName(), properties));
        configuration.put(new ConfigurationData("head", LabelHead.class.getName()));
        configuration.put(new ConfigurationData("training", TrainingOptions.class.getName()));
        configuration.put(backbone);
        return configuration;
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

    /**
     * The configuration in a file, which must have a component named {@code trainer}.
     *
     * @throws UsageException if the file holds anything but components of known classes
     */
    static TrainerConfiguration read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--config: there is no file " + file);
        }
        Map<String, ConfigurationData> components = ConfigurationFile.read(file);
        if (!components.containsKey(TRAINER)) {
            throw new UsageException(file + " has no component named 'trainer'; it has " + components.keySet());
        }
        return new TrainerConfiguration(components, file.toString());
    }

    private void put(ConfigurationData component) {
        components.put(component.getName(), component);
    }

    /** Whether a component is there and has a setting. */
    boolean has(String component, String field) {
        return components.containsKey(component) && fields(component).containsKey(field);
    }

    /** The names of a component's settings. */
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
     * Changes a setting. Where an object is wanted, its value is the name of a component, or the short name of a class: {@code label-rows}
     * for {@code LabelTextInitializer}. The values of a list are separated by commas.
     */
    void set(String component, String field, Object value) {
        if (!components.containsKey(component)) {
            throw new UsageException(
                    "--set: there is no component '" + component + "'; there are " + components.keySet());
        }
        Class<?> type = fields(component).get(field);
        if (type == null) {
            throw new UsageException(ConfiguredFields.unknown(type(component), field));
        }
        String text = value.toString();
        ConfiguredFields.complaint(type, text).ifPresent(complaint -> {
            throw new UsageException(component + "." + field + ": " + complaint);
        });
        if (Configurable.class.isAssignableFrom(type) && !components.containsKey(text)) {
            Class<?> named = Components.named(text, type)
                    .orElseThrow(() -> new UsageException(component + "." + field + ": there is no "
                            + type.getSimpleName() + " '" + text + "'; expected one of "
                            + String.join(", ", Components.shortNames(type)) + ", or the name of a component"));
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

    /** Makes a backbone the trainer's. */
    void setBackbone(ConfigurationData backbone) {
        put(backbone);
        components.get(TRAINER).add(BACKBONE, new SimpleProperty(backbone.getName()));
    }

    /** Makes the trainer go on from a model file or from an adapter directory. */
    void startFrom(Path place) {
        if (!Files.exists(place)) {
            throw new UsageException(
                    "--start: there is no " + place + "; expected a model file or an adapter directory");
        }
        String path = place.toAbsolutePath().normalize().toString();
        put(
                Files.isDirectory(place)
                        ? new ConfigurationData(
                                START,
                                PeftAdapterCheckpoint.class.getName(),
                                Map.of("directory", new SimpleProperty(path)))
                        : new ConfigurationData(
                                START, ModelFileCheckpoint.class.getName(), Map.of("file", new SimpleProperty(path))));
        components.get(TRAINER).add(START, new SimpleProperty(START));
    }

    /** The trainer. */
    <C> C trainer(Class<C> type) {
        if (!type.getName().equals(type(TRAINER))) {
            String found = type(TRAINER);
            throw new UsageException(origin + ": component 'trainer' is a "
                    + found.substring(found.lastIndexOf('.') + 1) + ", but this task needs a " + type.getSimpleName());
        }
        components.values().forEach(this::requireComplete);
        requireNoCircle(TRAINER, new HashSet<>());
        try (ConfigurationManager manager = new ConfigurationManager()) {
            components.values().forEach(manager::addConfiguration);
            return type.cast(manager.lookup(TRAINER));
        } catch (PropertyException e) {
            throw new UsageException(origin + ": " + explain(e), e);
        }
    }

    /** Checks a component's values before OLCUT reads them. */
    private void requireComplete(ConfigurationData component) {
        Map<String, Class<?>> fields = ConfiguredFields.of(component.getClassName());
        component.getProperties().forEach((field, value) -> {
            for (String text : texts(value)) {
                ConfiguredFields.complaint(fields.get(field), text).ifPresent(complaint -> {
                    throw new UsageException(origin + ": " + component.getName() + "." + field + ": " + complaint);
                });
            }
        });
        references(component).forEach((field, name) -> {
            if (!components.containsKey(name)) {
                throw new UsageException(origin + ": " + component.getName() + "." + field + ": there is no component '"
                        + name + "'; there are " + components.keySet());
            }
        });
    }

    private static List<String> texts(Property value) {
        return value instanceof ListProperty list
                ? list.getSimpleList().stream().map(SimpleProperty::getValue).toList()
                : List.of(value.toString());
    }

    /** OLCUT would look a component that contains itself up for ever. */
    private void requireNoCircle(String component, Set<String> open) {
        if (!open.add(component)) {
            throw new UsageException(origin + ": component '" + component + "' contains itself");
        }
        references(components.get(component)).values().forEach(name -> requireNoCircle(name, open));
        open.remove(component);
    }

    /** The components that a component's settings name. A list of components counts with each of its entries. */
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

    /** What OLCUT or a component says is wrong, with the name of the component. */
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
