package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuopeft.PrototypeTrainer;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.torchscript.TorchScriptDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Options that the commands {@code train} and {@code compare} share: the backbone and the training's settings. */
final class TuningOptions {

    private static final String DEFAULT_BACKBONE = "minilm";
    private static final Pattern SETTING = Pattern.compile("(\\w+)\\.(\\w+)=(.*)", Pattern.DOTALL);

    @Option(
            names = "--backbone",
            paramLabel = "minilm|DIR",
            description =
                    "Frozen model: minilm (default), or a directory with a Hugging Face model or a TorchScript module.")
    private String backbone;

    @Option(names = "--epochs", paramLabel = "N", description = "Number of epochs (default: 3).")
    private Integer epochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Number of examples in a batch (default: 32).")
    private Integer batchSize;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Number of tokens to which a text is truncated (default: the backbone's limit).")
    private Integer maxLength;

    @Option(
            names = "--precision",
            paramLabel = "fp32|bf16",
            description = "Number format of the backbone's computation (default: fp32).")
    private String precision;

    @Option(
            names = "--device",
            paramLabel = "auto|cpu|cuda:N",
            description = "Device of the computation (default: auto).")
    private String device;

    @Option(
            names = "--set",
            paramLabel = "component.field=value",
            description = "Any setting of the components trainer, backbone, method, head and training, such as"
                    + " training.warmup=0.1. May be repeated.")
    private List<String> settings = List.of();

    /** Settings of a command that differ from those of the library, as {@code component.field=value}. */
    private List<String> defaults = List.of();

    /** Returns the defaults with a number of epochs. */
    static TuningOptions ofEpochs(int epochs) {
        TuningOptions options = new TuningOptions();
        options.epochs = epochs;
        return options;
    }

    /** Sets settings that apply unless an option sets them, as {@code component.field=value}. */
    void setDefaults(List<String> settings) {
        this.defaults = settings;
    }

    /** Returns whether the command names a backbone. */
    boolean namesBackbone() {
        return backbone != null;
    }

    /** Adds the backbone to the files that a command reads. */
    void addTo(Destinations destinations) {
        destinations.reads("--backbone", directoryOf(backbone));
    }

    /** Returns the directory that {@code --backbone} names, or null if it names none. */
    static Path directoryOf(String backbone) {
        return backbone == null || backbone.equals(DEFAULT_BACKBONE) ? null : Path.of(backbone);
    }

    /** Returns the backbone as a component. */
    ConfigurationData backbone() {
        if (backbone == null || backbone.equals(DEFAULT_BACKBONE)) {
            return new ConfigurationData("backbone", MiniLm.class.getName());
        }
        Path directory = directory(backbone);
        return new ConfigurationData(
                "backbone",
                sourceIn(directory).getClass().getName(),
                Map.of("directory", new SimpleProperty(directory.toString())));
    }

    /** Returns the backbone. */
    BackboneSource source() {
        return source(backbone == null ? DEFAULT_BACKBONE : backbone);
    }

    /** Returns the backbone that {@code --backbone} names. */
    static BackboneSource source(String name) {
        return name.equals(DEFAULT_BACKBONE) ? new MiniLm() : sourceIn(directory(name));
    }

    private static BackboneSource sourceIn(Path directory) {
        return TorchScriptDirectory.matches(directory)
                ? new TorchScriptDirectory(directory)
                : new HuggingFaceDirectory(directory);
    }

    private static Path directory(String name) {
        Path directory = Path.of(name);
        if (!Files.isDirectory(directory)) {
            throw new UsageException(
                    "--backbone: there is no directory " + name + "; expected minilm or a Hugging Face directory");
        }
        return directory.toAbsolutePath().normalize();
    }

    /** Applies the given options to a configuration. */
    void applyTo(TrainerConfiguration configuration) {
        if (maxLength != null && maxLength < 1) {
            throw new UsageException("--max-length: expected a number of tokens, at least 3, but found " + maxLength
                    + "; leave the option out for the limit of the backbone");
        }
        defaults.forEach(setting -> apply(setting, configuration));
        set(configuration, "training", "epochs", epochs);
        set(configuration, "training", "batchSize", batchSize);
        set(configuration, "trainer", "maxLength", maxLength);
        set(configuration, "trainer", "precision", precision == null ? null : Precision.parse(precision));
        set(configuration, "trainer", "device", device);
        settings.forEach(setting -> apply(setting, configuration));
    }

    private static void apply(String setting, TrainerConfiguration configuration) {
        Matcher parts = SETTING.matcher(setting);
        if (!parts.matches()) {
            throw new UsageException("--set: expected component.field=value, but found '" + setting + "'");
        }
        configuration.set(parts.group(1), parts.group(2), parts.group(3));
    }

    /** Returns a trainer of prototypes with the backbone, the precision, the device and the maximum length. */
    PrototypeTrainer prototypes() {
        return new PrototypeTrainer(
                source(),
                null,
                device == null ? "auto" : device,
                precision == null ? Precision.FP32 : Precision.parse(precision),
                maxLength == null ? 0 : maxLength);
    }

    /** Returns the given settings as {@code component.field}, with the options that set them. */
    Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        record Option(String setting, String name, Object value) {}
        Stream.of(
                        new Option("training.epochs", "--epochs", epochs),
                        new Option("training.batchSize", "--batch-size", batchSize),
                        new Option("trainer.maxLength", "--max-length", maxLength),
                        new Option("trainer.precision", "--precision", precision),
                        new Option("trainer.device", "--device", device))
                .filter(option -> option.value != null)
                .forEach(option -> given.put(option.setting, option.name));
        settings.forEach(setting -> given.put(setting.split("=", 2)[0], "--set " + setting));
        return given;
    }

    /** Changes a setting unless the value is null. */
    static void set(TrainerConfiguration configuration, String component, String field, Object value) {
        if (value != null) {
            configuration.set(component, field, value);
        }
    }
}
