package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.BackboneCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tribuo.classification.Label;
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

    /** Reads the model. */
    @SuppressWarnings("unchecked") // checked by validate
    PeftModel<Label> open() {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("--model: there is no file " + file);
        }
        if (backbone != null) {
            BackboneCatalog.register(TrainerOptions.source(backbone));
        }
        try {
            PeftModel<?> model = PeftModel.load(file);
            if (!model.validate(Label.class)) {
                throw new UsageException(file + " is no classifier");
            }
            return (PeftModel<Label>) model;
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
