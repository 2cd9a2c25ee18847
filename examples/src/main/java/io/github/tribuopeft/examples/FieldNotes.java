package io.github.tribuopeft.examples;

import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.data.ConllSequenceSource;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceModel;

/**
 * Named entity recognition with prefix tuning: people, sites, equipment and part numbers in the field notes of a
 * railway. Trains Tribuo's conditional random field on the same dataset for comparison.
 */
public final class FieldNotes {

    private FieldNotes() {}

    /**
     * Runs the example.
     *
     * @param arguments the directory with train.conll, dev.conll and test.conll; the number of epochs
     */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments.length > 0 ? arguments[0] : "examples/data/field-notes");
        int epochs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        MutableSequenceDataset<Label> train = read(data.resolve("train.conll"));
        MutableSequenceDataset<Label> development = read(data.resolve("dev.conll"));
        MutableSequenceDataset<Label> test = read(data.resolve("test.conll"));
        SpanEvaluator evaluator = new SpanEvaluator();

        SequenceModel<Label> baseline = new CRFTrainer(new AdaGrad(0.5), 10, 12345L).train(train);
        System.out.println("conditional random field on words:");
        System.out.println(evaluator.evaluate(baseline, test));

        PeftSequenceTrainer trainer = PeftSequenceTrainer.builder()
                .backbone(new MiniLm())
                .method(new PrefixTuning())
                .options(TrainingOptions.builder().epochs(epochs).build())
                .build();
        try (PeftSequenceModel model = trainer.train(train, development)) {
            System.out.println("prefix tuning on a frozen MiniLM:");
            System.out.println(evaluator.evaluate(model, test));
        }
    }

    private static MutableSequenceDataset<Label> read(Path file) throws IOException {
        return new MutableSequenceDataset<>(new ConllSequenceSource(file));
    }
}
