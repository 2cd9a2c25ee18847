package io.github.tribuopeft.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.tribuo.protos.core.ModelProto;

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

    /** The task of the model in a file: Tribuo's messages for models and sequence models begin alike, with the name of a class. */
    static Task of(Path modelFile) throws IOException {
        if (!Files.isRegularFile(modelFile)) {
            throw new UsageException("--model: there is no file " + modelFile);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(modelFile))) {
            String found = ModelProto.parseFrom(in).getClassName();
            return Arrays.stream(values())
                    .filter(task -> task.model.getName().equals(found))
                    .findFirst()
                    .orElseThrow(() ->
                            new UsageException(modelFile + " holds " + (found.isEmpty() ? "no model" : "a " + found)
                                    + ", but a model that peft trained was expected"));
        } catch (InvalidProtocolBufferException e) {
            throw new UsageException(modelFile + " is no model file, or was cut short: " + e.getMessage(), e);
        }
    }
}
