package io.github.tribuopeft.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.serving.PredictionFields;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * Writes the model files of {@link ServerLoad}: {@code task0.tribuo} to {@code taskN.tribuo}, classifiers with random
 * tensors, and the predictions of each of them for its texts, computed by the model alone.
 */
final class ServedModels {

    /** File with a line of JSON for each model: the SHA-256 of its file and the scores of each of its texts. */
    static final String EXPECTED = "expected.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ServedModels() {}

    /**
     * Writes models.
     *
     * @param arguments the directory, the number of models and the file of questions, see {@link Questions#read}
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        List<String> texts = Questions.read(arguments[2]);
        try (PeftModel<Label> like = PrefixModels.trainer().train(PrefixModels.dataset(texts.subList(0, 64)));
                BufferedWriter expected = Files.newBufferedWriter(directory.resolve(EXPECTED))) {
            like.predict(texts.get(0)); // opens the backbone, which the other models share
            for (int task = 0; task < Integer.parseInt(arguments[1]); task++) {
                Path file = file(directory, task);
                List<String> own = texts(texts, task);
                try (PeftModel<Label> model = PrefixModels.random(like, task)) {
                    model.serializeToFile(file);
                    Map<String, Object> line = new LinkedHashMap<>();
                    line.put("sha256", Fingerprint.sha256(Files.readAllBytes(file)));
                    line.put("scores", scores(model, own));
                    expected.write(JSON.writeValueAsString(line));
                    expected.newLine();
                }
            }
        }
    }

    private static Map<String, Map<String, Double>> scores(PeftModel<Label> model, List<String> texts) {
        List<Prediction<Label>> predictions = model.predictAll(texts);
        Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            scores.put(texts.get(i), PredictionFields.probabilities(predictions.get(i)));
        }
        return scores;
    }

    /**
     * Returns the texts that a task is asked for: two, which tasks 2k and 2k + 1 share, but all for tasks 0 and 1, so that
     * one task alone is asked texts of the same lengths as many tasks.
     */
    static List<String> texts(List<String> texts, int task) {
        if (task < 2) {
            return texts;
        }
        int first = task / 2 * 2;
        return List.of(texts.get(first % texts.size()), texts.get((first + 1) % texts.size()));
    }

    static Path file(Path directory, int task) {
        return directory.resolve("task" + task + ".tribuo");
    }
}
