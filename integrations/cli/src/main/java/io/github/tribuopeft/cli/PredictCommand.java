package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.data.TextExampleExtractor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tribuo.Example;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "predict",
        description = "Predicts labels of texts: one JSON object a line.",
        mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {

    @Mixin
    private Models models;

    @Mixin
    private Data data;

    @ArgGroup(multiplicity = "1")
    private Input input;

    @Option(names = "--output", paramLabel = "FILE", description = "Where to write; the standard output by default.")
    private Path output;

    /** Texts from the command line or from a file. */
    static final class Input {
        @Option(names = "--text", arity = "1..*", required = true, paramLabel = "TEXT", description = "Texts.")
        private List<String> texts;

        @Option(
                names = "--input",
                required = true,
                paramLabel = "FILE",
                description = "A .tsv, .csv or .jsonl file with a text column, or a .txt file with a text a line.")
        private Path file;
    }

    @Override
    public Integer call() throws IOException {
        List<String> texts = input.file == null ? input.texts : read(input.file);
        List<Example<Label>> examples = new ArrayList<>();
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        texts.forEach(text -> examples.add(extractor.extract(LabelFactory.UNKNOWN_LABEL, text)));
        try (PeftModel<Label> model = models.open()) {
            List<Prediction<Label>> predictions = model.predict(examples);
            if (output == null) {
                write(System.out, texts, predictions);
            } else {
                Files.createDirectories(output.toAbsolutePath().getParent());
                try (PrintStream out = new PrintStream(output.toFile(), StandardCharsets.UTF_8)) {
                    write(out, texts, predictions);
                }
            }
            if (model.truncatedTexts() > 0) {
                System.err.println(model.truncatedTexts() + " texts are longer than the model takes and were cut");
            }
        }
        return 0;
    }

    private List<String> read(Path file) throws IOException {
        if (file.toString().endsWith(".txt") && Files.isRegularFile(file)) {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
        return data.texts(file);
    }

    private static void write(PrintStream out, List<String> texts, List<Prediction<Label>> predictions)
            throws IOException {
        for (int i = 0; i < texts.size(); i++) {
            Prediction<Label> prediction = predictions.get(i);
            Map<String, Double> scores = new LinkedHashMap<>();
            prediction.getOutputScores().forEach((name, label) -> scores.put(name, label.getScore()));
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("text", texts.get(i));
            line.put("label", prediction.getOutput().getLabel());
            line.put("scores", scores);
            out.println(Json.line(line));
        }
    }
}
