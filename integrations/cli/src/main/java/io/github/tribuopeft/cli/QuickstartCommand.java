package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
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
import org.tribuo.Dataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import picocli.CommandLine.Command;

@Command(
        name = "quickstart",
        description = "Trains a linear probe, a prompt and a prefix on a small data set and compares them.",
        mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {

    /** Set by the launcher: the project's own folder. */
    private static final String HOME = "tribuopeft.home";

    private static final String DATA = "examples/data/requests";
    private static final int EPOCHS = 10;
    private static final int SHOWN = 4;

    @Override
    public Integer call() throws IOException {
        Path folder = Path.of(System.getProperty(HOME, "")).resolve(DATA);
        if (!Files.isDirectory(folder)) {
            throw new UsageException(
                    "The quickstart's data is not at " + folder + "; start it with ./peft in the project's folder");
        }
        Data data = new Data();
        Dataset<Label> train = data.labelled(folder.resolve("train.tsv"));
        Dataset<Label> development = data.labelled(folder.resolve("dev.tsv"));
        Dataset<Label> test = data.labelled(folder.resolve("test.tsv"));
        System.out.printf(
                "What does the writer want? %d requests to a service desk, %d intents, backbone all-MiniLM-L6-v2, frozen.%n%n",
                train.size(), train.getOutputs().size());
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                "%-14s  %13s  %9s  %8s  %11s%n", "method", "test accuracy", "values", "seconds", "model bytes"));
        for (String name : List.of("linear-probe", "prompt-tuning", "prefix-tuning")) {
            try (PeftModel<Label> model = trainer(PeftMethods.named(name)).train(train, development)) {
                LabelEvaluation evaluation = new LabelEvaluator().evaluate(model, test);
                TrainingHistory history = model.history().orElseThrow();
                table.append(String.format(
                        Locale.ROOT,
                        "%-14s  %13.3f  %,9d  %8.1f  %,11d%n",
                        name,
                        evaluation.accuracy(),
                        model.adapterParameters() + model.headParameters(),
                        history.seconds(),
                        model.serialize().getSerializedSize()));
                if (name.equals("prefix-tuning")) {
                    System.out.println();
                    System.out.println(table);
                    show(model, test);
                }
            }
        }
        System.out.println("Next: ./peft train --train FILE.tsv --output MODEL, or ./peft train --help");
        return 0;
    }

    private static PeftTrainer<Label> trainer(PeftMethod method) {
        return PeftTrainer.builder(new LabelHead())
                .backbone(new MiniLm())
                .method(method)
                .options(TrainingOptions.builder().epochs(EPOCHS).build())
                .listener(new ConsoleProgress())
                .build();
    }

    private static void show(PeftModel<Label> model, Dataset<Label> test) {
        System.out.println("Some predictions of the prefix on texts that it has not seen:");
        for (int i = 0; i < SHOWN; i++) {
            Prediction<Label> prediction = model.predict(test.getExample(i));
            System.out.printf(
                    Locale.ROOT,
                    "  %-16s %3.0f %%  %s  %s%n",
                    prediction.getOutput().getLabel(),
                    100 * prediction.getOutput().getScore(),
                    prediction.getOutput().equals(test.getExample(i).getOutput())
                            ? "right"
                            : "wrong, " + test.getExample(i).getOutput().getLabel(),
                    TextExampleExtractor.text(test.getExample(i)));
        }
        System.out.println();
    }
}
