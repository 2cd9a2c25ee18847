package io.github.tribuopeft.testing;

import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Opinions in {@link TinyBert}'s vocabulary that a few steps suffice to learn, and trainers for them. */
public final class Toys {

    private static final String[] THINGS = {"film", "movie", "book", "song", "plot", "cast"};
    private static final String[] PRAISE = {"good", "great", "fine"};
    private static final String[] BLAME = {"bad", "awful", "poor"};

    static {
        // What is as small as this is computed fastest by one thread; more of them wait for each other, for long on a
        // busy machine.
        TorchRuntime.setThreads(1);
    }

    private Toys() {}

    /** One example that carries its text. */
    public static Example<Label> example(String label, String text) {
        return new TextExampleExtractor<Label>().extract(new Label(label), text);
    }

    /** Examples as a dataset. */
    public static MutableDataset<Label> dataset(List<Example<Label>> examples) {
        LabelFactory factory = new LabelFactory();
        return new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("toys", factory)));
    }

    /** Opinions of 6 to 21 tokens, {@code good} and {@code bad} in turn. */
    public static MutableDataset<Label> opinions(int count) {
        return dataset(IntStream.range(0, count).mapToObj(Toys::opinion).toList());
    }

    private static Example<Label> opinion(int i) {
        String[] words = i % 2 == 0 ? PRAISE : BLAME;
        List<String> clauses = new ArrayList<>();
        for (int j = 0; j <= i / 2 % 4; j++) {
            clauses.add("the " + THINGS[(i + j) % THINGS.length] + " is " + words[(i / 2 + j) % words.length]);
        }
        return example(i % 2 == 0 ? "good" : "bad", String.join(" and ", clauses));
    }

    /** A trainer of {@code method} with mean pooling, eight epochs of batches of 8, on the CPU. */
    public static PeftTrainer.Builder<Label> trainer(PeftMethod method) {
        return PeftTrainer.builder(new LabelHead(0.0))
                .backbone(new TinyBert())
                .method(method)
                .options(options().build())
                .device("cpu");
    }

    /** Eight epochs of batches of 8. */
    public static TrainingOptions.Builder options() {
        return TrainingOptions.builder().epochs(8).batchSize(8).headLearningRate(5e-2);
    }

    /** The probability of {@code good} that a model gives to each example, every bit of it. */
    public static double[] scores(Model<Label> model, Iterable<Example<Label>> examples) {
        return model.predict(examples).stream()
                .mapToDouble(
                        prediction -> prediction.getOutputScores().get("good").getScore())
                .toArray();
    }
}
