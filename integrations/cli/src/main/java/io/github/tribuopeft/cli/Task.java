package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.TunedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What can be trained. */
enum Task {
    /** One label for a text. */
    CLASSIFICATION(PeftModel.class, new ClassificationWork()),
    /** Named entities: a tag for each word. */
    NER(PeftSequenceModel.class, new TaggingWork());

    private final Class<?> model;
    private final TaskWork work;

    Task(Class<?> model, TaskWork work) {
        this.model = model;
        this.work = work;
    }

    /** The name on the command line and in JSON. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How it is done. */
    TaskWork work() {
        return work;
    }

    /** The task of the model in a file. */
    static Task of(Path modelFile) {
        if (!Files.isRegularFile(modelFile)) {
            throw new UsageException("--model: there is no file " + modelFile);
        }
        try {
            Class<?> found = TunedModel.kindOf(modelFile);
            return Arrays.stream(values())
                    .filter(task -> task.model.equals(found))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
