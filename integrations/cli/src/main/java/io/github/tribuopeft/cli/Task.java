package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What can be trained. */
enum Task {
    /** One label for a text. */
    CLASSIFICATION(PeftModel.class, new ClassificationRunner()),
    /** Named entities: a tag for each word. */
    NER(PeftSequenceModel.class, new TaggingRunner());

    private final Class<?> model;
    private final TaskRunner work;

    Task(Class<?> model, TaskRunner work) {
        this.model = model;
        this.work = work;
    }

    /** The name on the command line and in JSON. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How it is done. */
    TaskRunner work() {
        return work;
    }

    /** The task of the model in a file. */
    static Task of(Path modelFile) {
        if (!Files.isRegularFile(modelFile)) {
            throw new UsageException("--model: there is no file " + modelFile);
        }
        try {
            Class<?> found = AdaptedModel.kindOf(modelFile);
            return Arrays.stream(values())
                    .filter(task -> task.model.equals(found))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
