package io.github.tribuopeft.examples;

import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.PersonaConsistency;
import io.github.tribuopeft.chat.ChatFormat;
import io.github.tribuopeft.chat.ChatMessage;
import io.github.tribuopeft.chat.SpeakerFormat;
import io.github.tribuopeft.data.ReplyFileSource;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.generation.GenerationRequest;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.text.TextEvaluator;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;

/**
 * Personas of a language model: trains a prefix of some kilobytes for each of three characters on one frozen decoder,
 * and measures how well each fits its own character's held-out replies and how often a reply is told from those of the
 * others. Prints the answers of all three to a question.
 */
public final class Personas {

    private static final List<String> NAMES = List.of("marlow", "ottilie", "kestrel");

    private static final ChatFormat FORMAT = new SpeakerFormat("Visitor", "Host");
    private static final String QUESTION = "What do you like to do?";

    private Personas() {}

    /**
     * Runs the example.
     *
     * @param arguments the Hugging Face directory of a decoder, such as SmolLM2; the directory of the data; the number
     *     of epochs
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            System.err.println("Name the directory of a decoder, such as SmolLM2 from Hugging Face");
            return;
        }
        Path backbone = Path.of(arguments[0]);
        Path data = Path.of(arguments.length > 1 ? arguments[1] : "examples/data/personas");
        int epochs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 40;
        PeftTextTrainer trainer = PeftTextTrainer.builder()
                .backbone(new HuggingFaceDirectory(backbone))
                .method(new PrefixTuning())
                .options(TrainingOptions.builder().epochs(epochs).batchSize(8).build())
                .developmentFraction(0)
                .build();
        Map<String, PeftTextModel> personas = new LinkedHashMap<>();
        try {
            for (String name : NAMES) {
                personas.put(name, trainer.train(read(data.resolve(name + ".train.jsonl"))));
            }
            PersonaConsistency consistency = new PersonaConsistency(personas);
            for (String name : NAMES) {
                Dataset<Text> test = read(data.resolve(name + ".test.jsonl"));
                System.out.printf(
                        "%-8s %,d values, %s, %.0f %% of replies are closest to it%n",
                        name,
                        personas.get(name).adapterParameters(),
                        new TextEvaluator().evaluate(personas.get(name), test),
                        100 * consistency.consistency(name, turns(test)));
            }
            GenerationRequest question = GenerationRequest.greedy(FORMAT.prompt(List.of(ChatMessage.user(QUESTION))))
                    .withMaxTokens(40)
                    .withStop(FORMAT.stop());
            System.out.println(QUESTION);
            personas.forEach((name, model) ->
                    System.out.printf("%-8s%s%n", name, model.generate(question).text()));
        } finally {
            personas.values().forEach(PeftTextModel::close);
        }
    }

    private static Dataset<Text> read(Path file) throws IOException {
        return new MutableDataset<>(new ReplyFileSource(file));
    }

    private static List<PersonaConsistency.Turn> turns(Dataset<Text> test) {
        return test.getData().stream()
                .map(example -> new PersonaConsistency.Turn(
                        TextExampleExtractor.text(example), example.getOutput().text()))
                .toList();
    }
}
