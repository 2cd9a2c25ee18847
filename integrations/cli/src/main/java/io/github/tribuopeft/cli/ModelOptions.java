package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that name a model file and, if its backbone was moved, the backbone. */
final class ModelOptions {

    @Option(names = "--model", required = true, paramLabel = "MODEL", description = "Model file.")
    private Path file;

    @Option(
            names = "--backbone",
            paramLabel = "minilm|DIR",
            description = "Backbone of the model, if it was moved after training.")
    private String backbone;

    private InferenceOptions options = InferenceOptions.DEFAULT;
    private AdaptedModel model;

    /** Sets how the model runs. */
    ModelOptions runWith(InferenceOptions inferenceOptions) {
        this.options = inferenceOptions;
        return this;
    }

    /** Returns the model file. */
    Path file() {
        return file;
    }

    /**
     * Returns the files that the command reads: the model, and the backbone that an option names or the model
     * records.
     *
     * @throws UsageException if the file is not a model
     */
    Destinations inputs() {
        Destinations inputs =
                new Destinations().reads("--model", file).reads("--backbone", TuningOptions.directoryOf(backbone));
        read().backbone()
                .source()
                .flatMap(BackboneSource::localDirectory)
                .ifPresent(directory -> inputs.reads("the backbone of --model in", directory));
        return inputs;
    }

    /**
     * Reads the model, once.
     *
     * @throws UsageException if the file is not a model
     */
    AdaptedModel read() {
        if (model == null) {
            model = load();
        }
        return model;
    }

    private AdaptedModel load() {
        if (backbone != null) {
            BackboneCatalog.register(TuningOptions.source(backbone));
        }
        return read(file, options);
    }

    /**
     * Reads the file of {@code --model}.
     *
     * @param options how the model runs
     * @throws UsageException if it is not a model
     */
    static AdaptedModel read(Path file, InferenceOptions options) {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--model: there is no file " + file);
        }
        try {
            return AdaptedModel.load(file, options);
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
