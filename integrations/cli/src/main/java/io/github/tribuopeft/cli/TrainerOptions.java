package io.github.tribuopeft.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that configure one trainer. */
final class TrainerOptions {

    private static final String DEFAULT_METHOD = "prefix-tuning";
    private static final Pattern RANGE = Pattern.compile("(\\d+)-(\\d+)");

    @Option(
            names = "--method",
            paramLabel = "NAME",
            completionCandidates = MethodNames.class,
            description = "Method: ${COMPLETION-CANDIDATES} (default: " + DEFAULT_METHOD
                    + "). A plus sign combines methods:" + " lora+bitfit.")
    private String method;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            description = "Learning rate, above 0 (default: depends on the method).")
    private Double learningRate;

    @Option(
            names = "--virtual-tokens",
            paramLabel = "N",
            description = "Number of virtual tokens of a prompt or prefix (default: 20).")
    private Integer virtualTokens;

    @Option(
            names = "--layers",
            paramLabel = "FIRST-LAST",
            description = "Layers that the method adapts, counted from 0 (default: all).")
    private String layers;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of initialization, order of examples and dropout (default: 12345).")
    private Long seed;

    @Option(
            names = "--start",
            paramLabel = "MODEL|DIR",
            description = "Model file or Hugging Face PEFT adapter directory whose parameters are the initial ones.")
    private Path start;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "OLCUT configuration file with a component named trainer. Other options override it.")
    private Path config;

    @Mixin
    private TuningOptions tuning;

    /**
     * Returns the trainer's configuration.
     *
     * @param components the classes of the task's components
     */
    TrainerConfiguration configuration(TaskComponents components) throws IOException {
        TrainerConfiguration configuration = defaults(components);
        requirePositive(learningRate);
        TuningOptions.set(configuration, "training", "learningRate", learningRate);
        TuningOptions.set(configuration, "method", "virtualTokens", virtualTokens);
        TuningOptions.set(configuration, "trainer", "seed", seed);
        if (layers != null) {
            setLayers(configuration, "--layers", layers);
        }
        if (start != null) {
            configuration.resumeFrom(start);
        }
        tuning.applyTo(configuration);
        return configuration;
    }

    /** Adds the configuration file, the backbone and the checkpoint to the files that a command reads. */
    void addTo(Destinations destinations) {
        destinations.reads("--config", config).reads("--start", start);
        tuning.addTo(destinations);
    }

    /** Refuses a rate of 0, which is the setting for the method's default. */
    private static void requirePositive(Double learningRate) {
        if (learningRate != null && !(learningRate > 0)) {
            throw new UsageException("--learning-rate: expected a number above 0, but found " + learningRate
                    + "; leave the option out for the default of the method");
        }
    }

    private TrainerConfiguration defaults(TaskComponents components) throws IOException {
        if (config == null) {
            return TrainerConfiguration.of(
                    components, MethodNames.find(method == null ? DEFAULT_METHOD : method), tuning.backbone());
        }
        if (method != null) {
            throw new UsageException("--method: the file of --config names the method; expected one of both options");
        }
        TrainerConfiguration configuration = TrainerConfiguration.read(config);
        if (tuning.namesBackbone()) {
            configuration.setBackbone(tuning.backbone());
        }
        return configuration;
    }

    /** Sets the first and the last layer of a method. */
    static void setLayers(TrainerConfiguration configuration, String option, String layers) {
        Matcher range = RANGE.matcher(layers);
        if (!range.matches()) {
            throw new UsageException(option + ": expected FIRST-LAST as in 0-5, but found '" + layers + "'");
        }
        configuration.set("method", "firstLayer", range.group(1));
        configuration.set("method", "lastLayer", range.group(2));
    }
}
