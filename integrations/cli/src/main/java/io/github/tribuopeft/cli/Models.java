package io.github.tribuopeft.cli;

import io.github.tribuopeft.backbone.BackboneCatalog;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that name a saved model and, where it has moved, its backbone. */
final class Models {

    @Option(names = "--model", required = true, paramLabel = "MODEL", description = "A model file that train wrote.")
    private Path file;

    @Option(
            names = "--backbone",
            paramLabel = "minilm|DIR",
            description = "Where the model's backbone is now, if it has moved since training.")
    private String backbone;

    /** Starts the list of files that a command reads: the model and its backbone. */
    Destinations inputs() {
        return new Destinations().reads("--model", file).reads("--backbone", TuningOptions.directoryOf(backbone));
    }

    /** The model file; its backbone, if one is given, is made known. */
    Path file() {
        if (backbone != null) {
            BackboneCatalog.register(TuningOptions.source(backbone));
        }
        return file;
    }
}
