package io.github.tribuopeft.examples;

import io.github.tribuopeft.Entity;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.TaggedText;
import io.github.tribuopeft.data.ConllSequenceSource;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tribuo.classification.Label;
import org.tribuo.sequence.MutableSequenceDataset;

/**
 * Named entities of plain texts with their positions: trains a tagger, saves it, and loads it to run on the CPU,
 * whatever it was trained on.
 */
public final class EntitySpans {

    private EntitySpans() {}

    /**
     * Runs the example.
     *
     * @param arguments the directory with train.conll and dev.conll; the model file to write; the number of epochs
     */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments.length > 0 ? arguments[0] : "examples/data/field-notes");
        Path file = Path.of(arguments.length > 1 ? arguments[1] : "notes.tribuo");
        int epochs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        PeftSequenceTrainer trainer = PeftSequenceTrainer.builder()
                .backbone(new MiniLm())
                .method(new LoRA())
                .options(TrainingOptions.builder().epochs(epochs).batchSize(8).build())
                .build();
        try (PeftSequenceModel model =
                trainer.train(read(data.resolve("train.conll")), read(data.resolve("dev.conll")))) {
            model.serializeToFile(file);
        }

        List<String> notes = List.of(
                "Anna Berg checked pump P-114 in Lund.", "Signal box at Saltpan Lane: fuse FU-22-7 replaced by Tom.");
        try (PeftSequenceModel model = PeftSequenceModel.load(file, InferenceOptions.DEFAULT.withDevice("cpu"))) {
            for (TaggedText note : model.tagAll(notes)) {
                System.out.println(note.text());
                for (Entity entity : note.entities()) {
                    System.out.printf(
                            "  %s [%d, %d) %s, probability %.2f%n",
                            entity.type(), entity.begin(), entity.end(), entity.text(), entity.score());
                }
            }
        }
    }

    private static MutableSequenceDataset<Label> read(Path file) throws IOException {
        return new MutableSequenceDataset<>(new ConllSequenceSource(file));
    }
}
