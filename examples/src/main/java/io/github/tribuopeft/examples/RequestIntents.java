package io.github.tribuopeft.examples;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;

/**
 * Text classification with prefix tuning: the intents of messages to a service desk. Trains Tribuo's logistic
 * regression on the same dataset for comparison, then saves the model, loads it and predicts for a new text.
 */
public final class RequestIntents {

    private RequestIntents() {}

    /**
     * Runs the example.
     *
     * @param arguments the directory with train.tsv, dev.tsv and test.tsv; the model file to write; the number of
     *     epochs
     */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments.length > 0 ? arguments[0] : "examples/data/requests");
        Path file = Path.of(arguments.length > 1 ? arguments[1] : "requests.tribuo");
        int epochs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        MutableDataset<Label> train = read(data.resolve("train.tsv"));
        MutableDataset<Label> development = read(data.resolve("dev.tsv"));
        MutableDataset<Label> test = read(data.resolve("test.tsv"));

        Model<Label> baseline = new LogisticRegressionTrainer().train(train);
        System.out.println("logistic regression on words:     "
                + new LabelEvaluator().evaluate(baseline, test).accuracy());

        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(new MiniLm())
                .method(new PrefixTuning())
                .options(TrainingOptions.builder().epochs(epochs).build())
                .build();
        try (PeftModel<Label> model = trainer.train(train, development)) {
            System.out.println("prefix tuning on a frozen MiniLM: "
                    + new LabelEvaluator().evaluate(model, test).accuracy());
            model.serializeToFile(file);
        }

        try (PeftModel<Label> model = PeftModel.load(file).castModel(Label.class)) {
            String text = "Never mind the second monitor I asked for, the one I have will do.";
            System.out.println(model.predict(text).getOutput());
        }
    }

    private static MutableDataset<Label> read(Path file) throws IOException {
        TextExampleExtractor<Label> extractor = TextExampleExtractor.withWords();
        return new MutableDataset<>(new TextFileSource<>(file, new LabelFactory(), extractor, "text", "label"));
    }
}
