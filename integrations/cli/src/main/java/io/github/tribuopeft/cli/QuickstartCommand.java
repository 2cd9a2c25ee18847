package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.TunedModel;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.evaluation.SpanReading;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PeftMethods;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.tribuo.Dataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import picocli.CommandLine.Command;

@Command(
        name = "quickstart",
        description = "Trains a linear probe, a prompt and a prefix on two small data sets and compares them.",
        mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {

    /** Set by the launcher: the project's own folder. */
    private static final String HOME = "tribuopeft.home";

    private static final int EPOCHS = 8;
    private static final int SHOWN = 4;

    @Override
    public Integer call() throws IOException {
        Path examples =
                Path.of(System.getProperty(HOME, "")).resolve("examples").resolve("data");
        if (!Files.isDirectory(examples)) {
            throw new UsageException(
                    "The quickstart's data is not at " + examples + "; start it with ./peft in the project's folder");
        }
        classify(examples.resolve("requests"));
        tag(examples.resolve("field-notes"));
        System.out.println("Next: ./peft train --train FILE.tsv --output MODEL, or ./peft train --help");
        return 0;
    }

    private static void classify(Path folder) throws IOException {
        Data data = new Data();
        Dataset<Label> train = data.labelled(folder.resolve("train.tsv"));
        Dataset<Label> development = data.labelled(folder.resolve("dev.tsv"));
        Dataset<Label> test = data.labelled(folder.resolve("test.tsv"));
        System.out.printf(
                "What does the writer want? %d messages to a service desk, %d intents, on a frozen all-MiniLM-L6-v2.%n%n",
                train.size(), train.getOutputs().size());
        compare(
                "accuracy",
                method -> PeftTrainer.builder(new LabelHead())
                        .backbone(new MiniLm())
                        .method(method)
                        .options(options())
                        .listener(new ConsoleProgress())
                        .build()
                        .train(train, development),
                model -> new LabelEvaluator().evaluate(model, test).accuracy(),
                model -> showLabels(model, test));
    }

    private static void tag(Path folder) throws IOException {
        Data data = new Data();
        SequenceDataset<Label> train = data.tagged(folder.resolve("train.conll"));
        SequenceDataset<Label> development = data.tagged(folder.resolve("dev.conll"));
        SequenceDataset<Label> test = data.tagged(folder.resolve("test.conll"));
        System.out.printf(
                "Who, where, which machine, which part? %d field notes, the same frozen backbone.%n%n", train.size());
        compare(
                "span F1",
                method -> PeftSequenceTrainer.builder()
                        .backbone(new MiniLm())
                        .method(method)
                        .metric(new SpanF1())
                        .options(options())
                        .listener(new ConsoleProgress())
                        .build()
                        .train(train, development),
                model -> new SpanEvaluator().evaluate(model, test).microAveragedF1(),
                model -> showEntities(model, test));
    }

    private static TrainingOptions options() {
        return TrainingOptions.builder().epochs(EPOCHS).build();
    }

    /** Trains every method, prints a table, and shows what the last one answers. */
    private static <M extends TunedModel> void compare(
            String measure, Function<PeftMethod, M> train, ToDoubleFunction<M> test, Consumer<M> show) {
        StringBuilder table = new StringBuilder(
                String.format("%-14s  %13s  %9s  %8s%n", "method", "test " + measure, "values", "seconds"));
        List<String> names = List.of("linear-probe", "prompt-tuning", "prefix-tuning");
        for (String name : names) {
            try (M model = train.apply(PeftMethods.named(name))) {
                TrainingHistory history = model.history().orElseThrow();
                table.append(String.format(
                        Locale.ROOT,
                        "%-14s  %13.3f  %,9d  %8.1f%n",
                        name,
                        test.applyAsDouble(model),
                        model.adapterParameters() + model.headParameters(),
                        history.seconds()));
                if (name.equals(names.get(names.size() - 1))) {
                    System.out.println();
                    System.out.println(table);
                    show.accept(model);
                }
            }
        }
    }

    private static void showLabels(PeftModel<Label> model, Dataset<Label> test) {
        System.out.println("Some predictions of the prefix on messages that it has not seen:");
        for (int i = 0; i < SHOWN; i++) {
            Prediction<Label> prediction = model.predict(test.getExample(i));
            Label right = test.getExample(i).getOutput();
            System.out.printf(
                    Locale.ROOT,
                    "  %s (%.0f %%, %s): %s%n",
                    prediction.getOutput().getLabel(),
                    100 * prediction.getOutput().getScore(),
                    prediction.getOutput().equals(right) ? "right" : "wrong: " + right.getLabel(),
                    TextExampleExtractor.text(test.getExample(i)));
        }
        System.out.println();
    }

    private static void showEntities(PeftSequenceModel model, SequenceDataset<Label> test) {
        System.out.println("Some notes that the prefix has not seen, and what it finds in them:");
        for (int i = 0; i < SHOWN; i++) {
            SequenceExample<Label> note = test.getExample(i);
            List<String> words = WordExamples.words(note);
            List<String> tags = model.predict(note).stream()
                    .map(prediction -> prediction.getOutput().getLabel())
                    .toList();
            System.out.println("  " + String.join(" ", words));
            for (Span span : SpanReading.CONLLEVAL.spans(tags)) {
                System.out.println(
                        "    " + span.type() + ": " + String.join(" ", words.subList(span.begin(), span.end())));
            }
        }
        System.out.println();
    }
}
