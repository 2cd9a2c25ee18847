package io.github.tribuopeft.cli;

import io.github.tribuopeft.method.PeftMethods;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that make one trainer. */
final class TrainerOptions {

    private static final Pattern RANGE = Pattern.compile("(\\d+)-(\\d+)");

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "Method, default prefix-tuning; several joined by + are combined.")
    private String method;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Learning rate, default the method's own.")
    private Double learningRate;

    @Option(names = "--virtual-tokens", paramLabel = "N", description = "Length of a prompt or prefix, default 20.")
    private Integer virtualTokens;

    @Option(
            names = "--layers",
            paramLabel = "FIRST-LAST",
            description = "Layers that the method works in, from 0; default all.")
    private String layers;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random.")
    private Long seed;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "An OLCUT file with a component named trainer; options override it.")
    private Path config;

    @Option(
            names = "--start",
            paramLabel = "MODEL|DIR",
            description = "Go on from a model file, or from an adapter directory of Hugging Face PEFT.")
    private Path start;

    @Mixin
    private TuningOptions tuning;

    /**
     * A trainer with these options.
     *
     * @param type the task's trainer
     * @param developmentSetGiven whether nothing needs to be held out
     */
    <C> C trainer(Class<C> type, boolean developmentSetGiven) throws IOException {
        TrainerConfiguration configuration = start(type, developmentSetGiven);
        TuningOptions.set(configuration, "training", "learningRate", learningRate);
        TuningOptions.set(configuration, "method", "virtualTokens", virtualTokens);
        TuningOptions.set(configuration, "trainer", "seed", seed);
        if (layers != null) {
            setLayers(configuration, "--layers", layers);
        }
        if (start != null) {
            configuration.startFrom(start);
        }
        tuning.applyTo(configuration);
        return configuration.trainer(type);
    }

    /** Adds the configuration file, the backbone and the checkpoint to the files that a command reads. */
    void addTo(Destinations destinations) {
        destinations.reads("--config", config).reads("--start", start);
        tuning.addTo(destinations);
    }

    private TrainerConfiguration start(Class<?> type, boolean developmentSetGiven) throws IOException {
        if (config == null) {
            return TrainerConfiguration.of(
                    type,
                    PeftMethods.named(method == null ? "prefix-tuning" : method),
                    tuning.backbone(),
                    developmentSetGiven);
        }
        if (method != null) {
            throw new UsageException("--config names the method; --method cannot be given too");
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
