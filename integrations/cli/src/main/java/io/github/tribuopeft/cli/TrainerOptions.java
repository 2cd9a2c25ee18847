package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.method.PeftMethods;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/**
 * The options that make a trainer. They become an OLCUT configuration of the components {@code trainer}, {@code backbone}, {@code method},
 * {@code head} and {@code training}, so that {@code --set} reaches every setting there is.
 */
final class TrainerOptions {

    private static final String DEFAULT_BACKBONE = "minilm";
    private static final double HELD_OUT = 0.1;
    private static final Pattern SETTING = Pattern.compile("(\\w+)\\.(\\w+)=(.*)", Pattern.DOTALL);
    private static final Pattern RANGE = Pattern.compile("(\\d+)-(\\d+)");

    @Option(names = "--method", paramLabel = "NAME", description = "Method, default prefix-tuning.")
    private String method;

    @Option(
            names = "--backbone",
            paramLabel = "minilm|DIR",
            description = "Frozen model: minilm (the default), or a Hugging Face directory.")
    private String backbone;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data, default 3.")
    private Integer epochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Examples in a batch, default 32.")
    private Integer batchSize;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Learning rate, default the method's own.")
    private Double learningRate;

    @Option(names = "--virtual-tokens", paramLabel = "N", description = "Length of a prompt or prefix, default 20.")
    private Integer virtualTokens;

    @Option(names = "--layers", paramLabel = "FIRST-LAST", description = "Layers with a prefix, from 0; default all.")
    private String layers;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random.")
    private Long seed;

    @Option(names = "--max-length", paramLabel = "N", description = "Tokens that a text is cut to.")
    private Integer maxLength;

    @Option(names = "--precision", paramLabel = "fp32|bf16", description = "What the backbone computes in.")
    private String precision;

    @Option(names = "--device", paramLabel = "auto|cpu|cuda:N", description = "Where to run.")
    private String device;

    @Option(
            names = "--set",
            paramLabel = "component.field=value",
            description = "Any setting of trainer, backbone, method, head or training, such as training.warmup=0.1.")
    private List<String> settings = List.of();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "An OLCUT file with a component named trainer; options override it.")
    private Path config;

    /**
     * A trainer with these options.
     *
     * @param type the task's trainer
     * @param developmentSetGiven whether nothing needs to be held out
     */
    <C extends Configurable> C trainer(Class<C> type, boolean developmentSetGiven) {
        Map<String, Map<String, String>> overrides = overrides();
        try (ConfigurationManager manager = config == null ? defaults(type, developmentSetGiven) : fromFile()) {
            overrides.forEach((component, properties) -> override(manager, component, properties));
            Configurable trainer = manager.lookup("trainer");
            if (!type.isInstance(trainer)) {
                throw new UsageException(config + ": component 'trainer' is a "
                        + trainer.getClass().getSimpleName() + ", but this task needs a " + type.getSimpleName());
            }
            return type.cast(trainer);
        }
    }

    private ConfigurationManager defaults(Class<?> type, boolean developmentSetGiven) {
        ConfigurationManager manager = new ConfigurationManager();
        Map<String, Property> trainer = new LinkedHashMap<>();
        for (String component : List.of("backbone", "method", "head")) {
            trainer.put(component, new SimpleProperty(component));
        }
        trainer.put("options", new SimpleProperty("training"));
        trainer.put("developmentFraction", new SimpleProperty(developmentSetGiven ? "0" : "" + HELD_OUT));
        if (ConfiguredFields.of(type.getName()).contains("metric")) {
            trainer.put("metric", new SimpleProperty("metric"));
            manager.addConfiguration(new ConfigurationData("metric", SpanF1.class.getName()));
        }
        manager.addConfiguration(new ConfigurationData("trainer", type.getName(), trainer));
        manager.addConfiguration(new ConfigurationData("method", methodClass()));
        manager.addConfiguration(new ConfigurationData("head", LabelHead.class.getName()));
        manager.addConfiguration(new ConfigurationData("training", TrainingOptions.class.getName()));
        manager.addConfiguration(backbone());
        return manager;
    }

    private String methodClass() {
        return PeftMethods.named(method == null ? "prefix-tuning" : method)
                .getClass()
                .getName();
    }

    private ConfigurationData backbone() {
        if (backbone == null || backbone.equals(DEFAULT_BACKBONE)) {
            return new ConfigurationData("backbone", MiniLm.class.getName());
        }
        return new ConfigurationData(
                "backbone",
                HuggingFaceDirectory.class.getName(),
                Map.of("directory", new SimpleProperty(directory(backbone).toString())));
    }

    /** The source that {@code --backbone} names, for models that are looking for theirs. */
    static BackboneSource source(String name) {
        return name.equals(DEFAULT_BACKBONE) ? new MiniLm() : new HuggingFaceDirectory(directory(name));
    }

    private static Path directory(String name) {
        Path directory = Path.of(name);
        if (!Files.isDirectory(directory)) {
            throw new UsageException(
                    "--backbone: there is no directory " + name + "; expected minilm or a Hugging Face directory");
        }
        return directory.toAbsolutePath().normalize();
    }

    private ConfigurationManager fromFile() {
        if (!Files.isRegularFile(config)) {
            throw new UsageException("--config: there is no file " + config);
        }
        if (method != null || backbone != null) {
            throw new UsageException(
                    "--config names the method and the backbone; --method and --backbone cannot be given too");
        }
        try {
            ConfigurationManager manager =
                    new ConfigurationManager(config.toAbsolutePath().toString());
            if (!manager.getComponentNames().contains("trainer")) {
                throw new UsageException(
                        config + " has no component named 'trainer'; it has " + manager.getComponentNames());
            }
            return manager;
        } catch (UsageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UsageException(config + " is no OLCUT configuration: " + e.getMessage(), e);
        }
    }

    private Map<String, Map<String, String>> overrides() {
        Map<String, Map<String, String>> overrides = new LinkedHashMap<>();
        put(overrides, "training", "epochs", epochs);
        put(overrides, "training", "batchSize", batchSize);
        put(overrides, "training", "learningRate", learningRate);
        put(overrides, "method", "virtualTokens", virtualTokens);
        put(overrides, "trainer", "seed", seed);
        put(overrides, "trainer", "maxLength", maxLength);
        put(overrides, "trainer", "precision", precision == null ? null : Precision.parse(precision));
        put(overrides, "trainer", "device", device);
        if (layers != null) {
            Matcher range = RANGE.matcher(layers);
            if (!range.matches()) {
                throw new UsageException("--layers: expected FIRST-LAST as in 0-5, but found '" + layers + "'");
            }
            put(overrides, "method", "firstLayer", range.group(1));
            put(overrides, "method", "lastLayer", range.group(2));
        }
        for (String setting : settings) {
            Matcher parts = SETTING.matcher(setting);
            if (!parts.matches()) {
                throw new UsageException("--set: expected component.field=value, but found '" + setting + "'");
            }
            put(overrides, parts.group(1), parts.group(2), parts.group(3));
        }
        return overrides;
    }

    private static void put(Map<String, Map<String, String>> overrides, String component, String field, Object value) {
        if (value != null) {
            overrides.computeIfAbsent(component, name -> new LinkedHashMap<>()).put(field, value.toString());
        }
    }

    private static void override(ConfigurationManager manager, String component, Map<String, String> properties) {
        Set<String> components = manager.getComponentNames();
        if (!components.contains(component)) {
            throw new UsageException("--set: there is no component '" + component + "'; there are " + components);
        }
        String type = manager.getConfigurationData(component).orElseThrow().getClassName();
        Set<String> known = ConfiguredFields.of(type);
        properties.forEach((field, value) -> {
            if (!known.contains(field)) {
                throw new UsageException(type.substring(type.lastIndexOf('.') + 1) + " has no setting '" + field + "'"
                        + (known.isEmpty() ? "; it has none" : "; it has " + known));
            }
            manager.overrideConfigurableProperty(component, field, new SimpleProperty(value));
        });
    }
}
