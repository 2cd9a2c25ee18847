package io.github.tribuopeft.benchmarks;

import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import java.nio.file.Path;
import java.util.List;
import org.tribuo.classification.Label;

/** The requests of {@link ServerLoad} for one model, without a server: each client is a thread that predicts a text. */
final class ModelLoad {

    private ModelLoad() {}

    /**
     * Runs clients.
     *
     * @param arguments directory of {@link ServedModels}; file of questions; number of clients; seconds
     * @throws Exception if a file cannot be read
     */
    public static void main(String[] arguments) throws Exception {
        List<String> texts = ServedModels.texts(Questions.read(arguments[1]), 0);
        Path file = ServedModels.file(Path.of(arguments[0]), 0);
        try (PeftModel<Label> model =
                PeftModel.load(file, InferenceOptions.DEFAULT.withDevice("cpu")).castModel(Label.class)) {
            model.predict(texts.get(0));
            ClosedLoop.run(
                    "one model in process",
                    Integer.parseInt(arguments[2]),
                    Double.parseDouble(arguments[3]),
                    random -> !model.predict(texts.get(random.nextInt(texts.size())))
                            .getOutputScores()
                            .isEmpty());
        }
    }
}
