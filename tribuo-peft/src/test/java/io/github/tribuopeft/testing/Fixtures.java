package io.github.tribuopeft.testing;

import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceExample;

/** Small datasets in the vocabulary of {@link TinyBert}, which are learned in a few steps, and trainers for them. */
public final class Fixtures {

    private static final String[] THINGS = {"film", "movie", "book", "song", "plot", "cast"};
    private static final String[] PLACES = {"city", "river", "mountain", "country"};
    private static final String[] PRAISE = {"good", "great", "fine"};
    private static final String[] BLAME = {"bad", "awful", "poor"};

    static {
        // Small models are fastest with one thread; several threads wait for each other.
        TorchRuntime.setThreads(1);
    }

    private Fixtures() {}

    /** Returns an example with its text. */
    public static Example<Label> example(String label, String text) {
        return new TextExampleExtractor<Label>().extract(new Label(label), text);
    }

    /** Returns a dataset of examples. */
    public static MutableDataset<Label> dataset(List<Example<Label>> examples) {
        LabelFactory factory = new LabelFactory();
        return new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("toys", factory)));
    }

    /** Returns opinions of 6 to 21 tokens, {@code good} and {@code bad} in turn. */
    public static MutableDataset<Label> opinions(int count) {
        return dataset(IntStream.range(0, count).mapToObj(Fixtures::opinion).toList());
    }

    private static Example<Label> opinion(int i) {
        String[] words = i % 2 == 0 ? PRAISE : BLAME;
        List<String> clauses = new ArrayList<>();
        for (int j = 0; j <= i / 2 % 4; j++) {
            clauses.add("the " + THINGS[(i + j) % THINGS.length] + " is " + words[(i / 2 + j) % words.length]);
        }
        return example(i % 2 == 0 ? "good" : "bad", String.join(" and ", clauses));
    }

    /** Returns sentences of 4 or 9 words, with a work in each and a place in every second one. */
    public static MutableSequenceDataset<Label> sentences(int count) {
        LabelFactory factory = new LabelFactory();
        MutableSequenceDataset<Label> sentences =
                new MutableSequenceDataset<>(new SimpleDataSourceProvenance("toys", factory), factory);
        for (int i = 0; i < count; i++) {
            String thing = THINGS[i % THINGS.length];
            String place = PLACES[i / 2 % PLACES.length];
            sentences.add(
                    i % 2 == 0
                            ? tagged("the new " + thing + " .", "O B-WORK I-WORK O")
                            : tagged(
                                    "the new " + thing + " of the " + place + " is good .",
                                    "O B-WORK I-WORK O O B-PLACE O O O"));
        }
        return sentences;
    }

    private static SequenceExample<Label> tagged(String words, String tags) {
        return WordExamples.of(
                List.of(words.split(" ")),
                Stream.of(tags.split(" ")).map(Label::new).toList());
    }

    /** Returns a trainer with eight epochs of batches of 8 on all examples, on the CPU. */
    public static PeftTrainer.Builder<Label> trainer(PeftMethod method) {
        return PeftTrainer.builder(new LabelHead(0.0))
                .backbone(new TinyBert())
                .method(method)
                .options(options().build())
                .developmentFraction(0)
                .device(TestDevice.name());
    }

    /** Returns options with eight epochs of batches of 8. */
    public static TrainingOptions.Builder options() {
        return TrainingOptions.builder().epochs(8).batchSize(8).headLearningRate(5e-2);
    }

    /** Returns the probability of {@code good} for each example. */
    public static double[] scores(Model<Label> model, Iterable<Example<Label>> examples) {
        return model.predict(examples).stream()
                .mapToDouble(
                        prediction -> prediction.getOutputScores().get("good").getScore())
                .toArray();
    }
}
