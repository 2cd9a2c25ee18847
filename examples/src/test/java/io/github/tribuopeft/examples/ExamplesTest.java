package io.github.tribuopeft.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Example;
import org.tribuo.classification.Label;

/** Runs the examples for few epochs. */
class ExamplesTest {

    @TempDir
    private Path folder;

    /** Example program. */
    private interface Program {
        void run() throws IOException;
    }

    private static List<String> printed(Program program) throws IOException {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void requestIntents() throws IOException {
        Path model = folder.resolve("requests.tribuo");
        List<String> lines = printed(() -> RequestIntents.main(new String[] {"data/requests", model.toString(), "3"}));
        assertThat(Files.size(model)).isLessThan(1_000_000);
        String prefix = lines.get(1);
        assertThat(Double.parseDouble(prefix.substring(prefix.indexOf(':') + 1).strip()))
                .as("accuracy of prefix tuning; chance is 0.17")
                .isGreaterThan(0.4);
        assertThat(lines.get(2)).as("the predicted intent").contains("_");
    }

    @Test
    void fieldNotes() throws IOException {
        List<String> lines = printed(() -> FieldNotes.main(new String[] {"data/field-notes", "2"}));
        assertThat(lines).contains("conditional random field on words:", "prefix tuning on a frozen MiniLM:");
        assertThat(String.join("\n", lines)).contains("EQUIPMENT", "PART_NUMBER", "PERSON", "SITE");
    }

    @Test
    void ownBackbone() throws IOException {
        Path directory = TinyBertDirectory.write(folder.resolve("tiny"));
        StringBuilder table = new StringBuilder("label,text\n");
        for (Example<Label> opinion : Fixtures.opinions(60)) {
            String text = TextExampleExtractor.text(opinion);
            table.append(opinion.getOutput().getLabel())
                    .append(',')
                    .append(text)
                    .append('\n');
        }
        Path data = Files.writeString(folder.resolve("opinions.csv"), table);
        Path model = folder.resolve("opinions.tribuo");
        String report = String.join(
                "\n",
                printed(() ->
                        OwnBackbone.main(new String[] {directory.toString(), data.toString(), model.toString()})));
        assertThat(report).contains("Class", "good", "bad", "Balanced Error Rate");
        try (PeftModel<?> loaded = PeftModel.load(model)) {
            assertThat(loaded.labels()).containsExactlyInAnyOrder("good", "bad");
            assertThat(loaded.method()).isEqualTo("lora");
        }
    }

    /** Returns a directory with small files: the same 36 texts for training, development and test. */
    private String fewRequests() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("requests"));
        List<String> rows = Files.readAllLines(Path.of("data/requests/dev.tsv")).subList(0, 37);
        for (String name : List.of("train.tsv", "dev.tsv", "test.tsv")) {
            Files.write(directory.resolve(name), rows);
        }
        return directory.toString();
    }

    /** Returns a directory with small files of tagged words. */
    private String fewNotes() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("notes"));
        for (String name : List.of("train.conll", "dev.conll")) {
            Files.copy(Path.of("data/field-notes/dev.conll"), directory.resolve(name));
        }
        return directory.toString();
    }

    private static double number(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    @Test
    void configuredPipeline() throws IOException {
        String data = fewRequests();
        List<String> ofXml = printed(() -> ConfiguredPipeline.main(new String[] {"config/requests.xml", data, "1"}));
        List<String> ofJson = printed(() -> ConfiguredPipeline.main(new String[] {"config/requests.json", data, "1"}));
        assertThat(ofXml.get(0)).contains("LoRA(rank=4", "epochs=1", "batchSize=16", "seed=42");
        assertThat(number(ofXml.get(1))).isBetween(0.0, 1.0);
        assertThat(ofJson).isEqualTo(ofXml);
    }

    @Test
    void crossValidate() throws IOException {
        String data = fewRequests() + "/train.tsv";
        List<String> lines = printed(() -> CrossValidate.main(new String[] {data, "3", "1"}));
        assertThat(lines).hasSize(4);
        assertThat(number(lines.get(3)))
                .isCloseTo(
                        lines.stream()
                                .limit(3)
                                .mapToDouble(ExamplesTest::number)
                                .average()
                                .orElseThrow(),
                        within(1e-12));
    }

    @Test
    void promptEnsemble() throws IOException {
        String data = fewRequests();
        List<String> lines = printed(() -> PromptEnsemble.main(new String[] {data, "2", "1"}));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(2)).startsWith("accuracy of the vote: ");
        assertThat(number(lines.get(2))).isBetween(0.0, 1.0);
    }

    @Test
    void explainPrediction() throws IOException {
        String data = fewRequests();
        List<String> lines = printed(() -> ExplainPrediction.main(new String[] {data, "1", "30"}));
        assertThat(lines.get(0)).startsWith("prediction: ");
        assertThat(lines.get(1)).startsWith("because of: [");
    }

    @Test
    void entitySpans() throws IOException {
        String data = fewNotes();
        String model = folder.resolve("notes.tribuo").toString();
        List<String> lines = printed(() -> EntitySpans.main(new String[] {data, model, "6"}));
        Pattern entity = Pattern.compile("  [A-Z_]+ \\[(\\d+), (\\d+)\\) (.+), probability [01]\\.\\d\\d");
        String note = "";
        int entities = 0;
        for (String line : lines) {
            Matcher found = entity.matcher(line);
            if (found.matches()) {
                assertThat(note.substring(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))))
                        .isEqualTo(found.group(3));
                entities++;
            } else {
                note = line;
            }
        }
        assertThat(entities).isPositive();
    }

    @Test
    void ownDataSource() throws IOException {
        List<String> lines = printed(() -> OwnDataSource.main(new String[] {"5"}));
        assertThat(lines.get(0)).containsPattern("-> (billing|technical)$");
        assertThat(lines.get(1)).contains("8 tickets");
    }

    @Test
    void ownHead() throws IOException {
        String data = fewRequests();
        Path model = folder.resolve("smoothed.tribuo");
        List<String> lines = printed(() -> OwnHead.main(new String[] {data, model.toString(), "1"}));
        assertThat(lines.get(0)).contains("request_item", "report_problem");
        try (PeftModel<?> loaded = PeftModel.load(model)) {
            assertThat(loaded.getProvenance().getTrainerProvenance().toString()).contains("smoothing=0.2");
        }
    }

    @Test
    void ownMethod() throws IOException {
        String data = fewRequests();
        List<String> lines = printed(() -> OwnMethod.main(new String[] {data, "1"}));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith(".query.: " + 6 * 384 + " values, accuracy ");
        assertThat(lines.get(1)).startsWith(".intermediate.: " + 6 * 1536 + " values, accuracy ");
    }

    @Test
    void predictionService() throws Exception {
        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(new TinyBert())
                .method(new LinearProbe())
                .build();
        PeftModel<Label> model = trainer.train(Fixtures.opinions(20));
        String expected = model.predict("the film is good").getOutput().getLabel();
        try (PredictionService service = new PredictionService(model, 0)) {
            URI address = URI.create("http://localhost:" + service.port() + "/classify");
            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(address)
                            .POST(BodyPublishers.ofString("the film is good"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).startsWith(expected + "\t0.");
            HttpResponse<String> refused =
                    client.send(HttpRequest.newBuilder(address).GET().build(), BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(400);
        }
        assertThatThrownBy(() -> model.predict("closed")).isInstanceOf(IllegalStateException.class);
    }
}
