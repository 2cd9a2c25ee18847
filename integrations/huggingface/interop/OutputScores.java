import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.Example;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/**
 * Prints the probabilities that a model computes, for round_trip.py:
 * {@code java -cp ... OutputScores.java MODEL FILE TAGGER}. Each line of FILE is a text, or a sentence of words
 * separated by spaces if TAGGER is true. For each line the program prints a JSON list of rows, with the labels in the
 * order of their ids.
 */
public final class OutputScores {

    private OutputScores() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        List<String> lines = Files.readAllLines(Path.of(arguments[1]));
        List<List<List<Double>>> answers = new ArrayList<>();
        if (Boolean.parseBoolean(arguments[2])) {
            try (PeftSequenceModel model = PeftSequenceModel.load(file)) {
                for (String line : lines) {
                    List<String> words = List.of(line.split(" "));
                    answers.add(rows(model, model.predict(WordExamples.of(words, LabelFactory.UNKNOWN_LABEL))));
                }
            }
        } else {
            try (PeftModel<?> any = PeftModel.load(file)) {
                @SuppressWarnings("unchecked")
                PeftModel<Label> model = (PeftModel<Label>) any;
                TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
                for (String line : lines) {
                    Example<Label> example = extractor.extract(LabelFactory.UNKNOWN_LABEL, line);
                    answers.add(rows(model, List.of(model.predict(example))));
                }
            }
        }
        ObjectMapper json = new ObjectMapper();
        for (List<List<Double>> answer : answers) {
            System.out.println(json.writeValueAsString(answer));
        }
    }

    private static List<List<Double>> rows(AdaptedModel model, List<Prediction<Label>> predictions) {
        return predictions.stream()
                .map(prediction -> model.labels().stream()
                        .map(label -> prediction.getOutputScores().get(label).getScore())
                        .toList())
                .toList();
    }
}
