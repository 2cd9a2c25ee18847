package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.io.NamedOutputStream;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs commands and checks exit code, output and files. */
class PeftTest {

    @TempDir
    private Path folder;

    private Path backbone;
    private Path train;
    private Path model;

    /** Exit code and output of a command. */
    record Outcome(int code, String out, String err) {}

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        model = folder.resolve("model.tribuo");
        StringBuilder rows = new StringBuilder("label\ttext\n");
        for (int i = 0; i < 8; i++) {
            rows.append("good\ta fine film number ")
                    .append(i)
                    .append("\nbad\tthe song was awful ")
                    .append(i)
                    .append('\n');
        }
        train = Files.writeString(folder.resolve("train.tsv"), rows);
    }

    static Outcome run(Object... arguments) {
        return runTo(new ByteArrayOutputStream(), arguments);
    }

    /** Runs a command with a stream as its standard output. */
    static Outcome runTo(OutputStream printed, Object... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setOut(CheckedOutput.printTo(new NamedOutputStream("standard output", printed)));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            int code = Peft.run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
            return new Outcome(code, printed.toString(), errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private Outcome train(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "train",
                "--task",
                "classification",
                "--train",
                train,
                "--backbone",
                backbone,
                "--output",
                model,
                "--virtual-tokens",
                4));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    static void assertBadInput(Outcome outcome, String... parts) {
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err().strip().lines()).as("one line").hasSize(1);
        assertThat(outcome.err()).contains(parts).doesNotContain("Exception", "\tat ");
    }

    @Test
    void trainEvaluatePredict() throws IOException {
        Path metrics = folder.resolve("metrics.json");
        Outcome trained = train("--dev", train, "--epochs", 3, "--json", metrics, "--seed", 7);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("Wrote " + model);
        assertThat(trained.err()).contains("epoch 3/3: loss ");
        JsonNode json = new ObjectMapper().readTree(metrics.toFile());
        assertThat(json.get("method").asText()).isEqualTo("prefix-tuning");
        assertThat(json.get("backbone").asText()).isEqualTo("tiny");
        assertThat(json.get("seed").isIntegralNumber()).isTrue();
        assertThat(json.get("seed").asInt()).isEqualTo(7);
        assertThat(json.get("trainableParameters").asInt()).isEqualTo(2 * 2 * 4 * 16);
        assertThat(json.get("headParameters").asInt()).isEqualTo(2 * 16 + 2);
        assertThat(json.get("epochSeconds")).hasSize(3);
        assertThat(json.get("devMetric")).hasSize(3);
        assertThat(json.get("modelBytes").asLong()).isEqualTo(Files.size(model));

        Path page = folder.resolve("pages").resolve("model.html");
        Outcome evaluated = run("evaluate", "--model", model, "--data", train, "--json", metrics, "--report", page);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(page)
                .content()
                .contains(
                        "Evaluation · classification",
                        "prefix-tuning",
                        "16 test items",
                        "Expected calibration error",
                        "most frequent label of the training data, ",
                        "<dt>epochs</dt><dd>3</dd>",
                        "<dt>learning rates</dt><dd>0.03; head 0.003</dd>");
        json = new ObjectMapper().readTree(metrics.toFile());
        assertThat(json.get("examples").asInt()).isEqualTo(16);
        assertThat(json.get("labels").get("good").get("support").asInt()).isEqualTo(8);
        assertThat(json.get("accuracy").asDouble()).isBetween(0.0, 1.0);

        Outcome predicted = run("predict", "--model", model, "--text", "a fine song", "what was it");
        assertThat(predicted.code()).as(predicted.err()).isZero();
        List<String> lines = predicted.out().lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("text").asText()).isEqualTo("a fine song");
        double sum = first.get("scores").get("good").asDouble()
                + first.get("scores").get("bad").asDouble();
        assertThat(sum).isCloseTo(1.0, offset(1e-6));
        assertThat(first.get("scores").get(first.get("label").asText()).asDouble())
                .isGreaterThanOrEqualTo(0.5);

        Path answers = folder.resolve("answers.jsonl");
        Outcome fromFile = run("predict", "--model", model, "--input", train, "--output", answers);
        assertThat(fromFile.code()).as(fromFile.err()).isZero();
        assertThat(Files.readAllLines(answers)).hasSize(16);
    }

    @Test
    void resumedTraining() throws IOException {
        Path first = folder.resolve("first.tribuo");
        Path adapter = folder.resolve("adapter");
        Object[] settings = {
            "--method",
            "p-tuning",
            "--epochs",
            1,
            "--set",
            "training.keepState=true",
            "--set",
            "training.decay=CONSTANT"
        };
        Outcome trained = train(settings);
        assertThat(trained.code()).as(trained.err()).isZero();
        Files.move(model, first);
        assertThat(run("export", "--model", first, "--to", adapter).code()).isZero();
        List<Tensor> heads = new ArrayList<>();
        for (Path start : List.of(first, adapter)) {
            List<Object> more = new ArrayList<>(List.of("--start", start));
            more.addAll(List.of(settings));
            Outcome resumed = train(more.toArray());
            assertThat(resumed.code()).as(resumed.err()).isZero();
            try (PeftModel<?> second = PeftModel.load(model)) {
                assertThat(second.state().trainingState().orElseThrow().epochs())
                        .isEqualTo(2);
                heads.add(second.state().headTensors().get("weight"));
            }
        }
        assertThat(heads.get(0)).isEqualTo(heads.get(1));
        assertBadInput(
                train("--start", first, "--method", "prompt-tuning"), "p-tuning", "PromptTuning", "embedding.weight");
        assertBadInput(train("--start", folder.resolve("nowhere")), "--start", "nowhere");
        assertBadInput(train("--start", train), train.toString());
    }

    @Test
    void settingsByName() throws IOException {
        Outcome outcome = train(
                "--method",
                "prompt-tuning",
                "--set",
                "training.warmup=0.5",
                "--set",
                "method.placement=AFTER_LAST",
                "--epochs",
                1);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(PeftModel.load(model).getProvenance().toString())
                .contains("AFTER_LAST")
                .contains("warmup=0.5");
    }

    /** Short names and constants of earlier versions are accepted. */
    @Test
    void earlierNamesOfSettings() throws IOException {
        for (List<String> values : List.of(
                List.of("method.initializer=label-text", "method.placement=NO_POSITION_IDS"),
                List.of("method.initializer=label-rows", "method.placement=UNNUMBERED"))) {
            Outcome outcome =
                    train("--method", "prompt-tuning", "--epochs", 1, "--set", values.get(0), "--set", values.get(1));
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(PeftModel.load(model).getProvenance().toString())
                    .contains("LabelTextInitializer", "NO_POSITION_IDS");
        }
        assertBadInput(
                train("--method", "prompt-tuning", "--set", "method.initializer=none"), "'none'", "sampled-vocabulary");
    }

    @Test
    void configurationFile() throws IOException {
        Path config = Files.writeString(folder.resolve("trainer.xml"), """
                <config>
                  <component name="trainer" type="io.github.tribuopeft.PeftTrainer">
                    <property name="backbone" value="backbone"/>
                    <property name="method" value="method"/>
                    <property name="head" value="head"/>
                    <property name="options" value="training"/>
                  </component>
                  <component name="backbone" type="io.github.tribuopeft.huggingface.HuggingFaceDirectory">
                    <property name="directory" value="%s"/>
                  </component>
                  <component name="method" type="io.github.tribuopeft.method.PromptTuning">
                    <property name="virtualTokens" value="3"/>
                  </component>
                  <component name="head" type="io.github.tribuopeft.head.LabelHead"/>
                  <component name="training" type="io.github.tribuopeft.training.TrainingOptions"/>
                </config>
                """.formatted(backbone));
        Path metrics = folder.resolve("metrics.json");
        Outcome outcome =
                run("train", "--train", train, "--config", config, "--epochs", 1, "--output", model, "--json", metrics);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(metrics.toFile());
        assertThat(json.get("method").asText()).isEqualTo("prompt-tuning");
        assertThat(json.get("trainableParameters").asInt()).isEqualTo(3 * 16);
        assertThat(json.get("epochs").asInt()).isEqualTo(1);
    }

    @Test
    void badUsage() throws IOException {
        assertBadInput(train("--method", "hypnosis"), "Unknown method 'hypnosis'", "prefix-tuning");
        assertBadInput(train("--virtual-tokens", 0), "the number of virtual tokens must be at least 1, but is 0");
        assertBadInput(
                train("--virtual-tokens", 47, "--set", "method.placement=BEFORE"),
                "47 virtual tokens leave no room",
                "48 positions");
        assertBadInput(train("--max-length", 45, "--set", "method.placement=BEFORE"), "The largest maxLength is 44");
        assertBadInput(train("--method", "linear-probe", "--layers", "0-1"), "LinearProbe has no setting");
        assertBadInput(train("--layers", "upper"), "--layers", "'upper'");
        assertBadInput(train("--layers", "1-7"), "layers 1 to 7", "layers 0 to 1");
        assertBadInput(train("--set", "nonsense"), "component.field=value", "'nonsense'");
        assertBadInput(train("--set", "engine.power=9"), "no component 'engine'");
        assertBadInput(train("--set", "training.epoch=9"), "no setting 'epoch'", "epochs");
        assertBadInput(train("--epochs", "many"), "--epochs", "many");
        assertBadInput(train("--precision", "fp8"), "Unknown precision 'fp8'");
        assertBadInput(train("--device", "tpu"), "Unknown device 'tpu'");
        assertBadInput(train("--backbone", folder.resolve("nowhere")), "--backbone");
        Files.createFile(Files.createDirectory(folder.resolve("traced")).resolve("model.pt"));
        assertBadInput(train("--backbone", folder.resolve("traced")), "has no torchscript.json");
        assertBadInput(run("train"), "--train");
        assertBadInput(run("dance"), "dance");
        assertBadInput(run("predict", "--model", model, "--text", "x"), "--model: there is no file");
    }

    @Test
    void badData() throws IOException {
        Path given = train;
        train = folder.resolve("missing.tsv");
        assertBadInput(train(), "missing.tsv: there is no such file");
        train = Files.writeString(folder.resolve("header.tsv"), "kind\ttext\nx\ty\n");
        assertBadInput(train(), "header.tsv:1", "no column 'label'", "[kind, text]");
        train = Files.writeString(folder.resolve("one.tsv"), "label\ttext\nx\ty\nx\tz\n");
        assertBadInput(train(), "at least two labels", "only [x]");
        train = given;
        assertThat(train("--epochs", 1).code()).isZero();
        Path unseen = Files.writeString(folder.resolve("unseen.tsv"), "label\ttext\ngood\ty\nugly\tz\n");
        assertBadInput(run("evaluate", "--model", model, "--data", unseen), "unseen.tsv:3", "'ugly'", "[bad, good]");
        assertBadInput(run("evaluate", "--model", train, "--data", train), "train.tsv is not a model file");
    }

    @Test
    void differentBackbone() throws IOException {
        assertThat(train("--epochs", 1).code()).isZero();
        Path config = backbone.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("1.0E-12", "1.0E-6"));
        assertBadInput(
                run("predict", "--model", model, "--text", "x"),
                "was trained on backbone 'tiny'",
                "'tiny' (same weights, another configuration)");
    }

    @Test
    void movedBackbone() throws IOException {
        assertThat(train("--epochs", 1).code()).isZero();
        Path moved = Files.move(backbone, folder.resolve("moved"));
        assertBadInput(run("predict", "--model", model, "--text", "x"), "There is no backbone directory");
        Outcome found = run("predict", "--model", model, "--backbone", moved, "--text", "x");
        assertThat(found.code()).as(found.err()).isZero();
    }

    /** A model that is exported and imported evaluates and predicts as before. */
    @Test
    void exportAndImport() throws IOException {
        assertThat(train("--method", "prompt-tuning", "--epochs", 1).code()).isZero();
        Path adapter = folder.resolve("adapter");
        Outcome exported = run("export", "--model", model, "--to", adapter, "--base-model", "some/tiny-bert");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(exported.out())
                .contains("Wrote " + adapter, "PROMPT_TUNING adapter for FEATURE_EXTRACTION on some/tiny-bert");
        assertThat(exported.err()).isEmpty();
        JsonNode config = new ObjectMapper()
                .readTree(adapter.resolve("adapter_config.json").toFile());
        assertThat(config.get("base_model_name_or_path").asText()).isEqualTo("some/tiny-bert");
        assertThat(adapter.resolve("README.md")).content().contains("labels = [\"bad\",\"good\"]");

        Path imported = folder.resolve("imported.tribuo");
        Outcome in = run("import", "--from", adapter, "--backbone", backbone, "--output", imported);
        assertThat(in.code()).as(in.err()).isZero();
        assertThat(in.out()).contains("Wrote " + imported, "labels bad, good");
        assertThat(run("predict", "--model", imported, "--text", "a fine song").out())
                .isEqualTo(run("predict", "--model", model, "--text", "a fine song")
                        .out())
                .contains("\"good\"");
        Path card = folder.resolve("card.json");
        Path report = folder.resolve("report.html");
        Outcome evaluated = run("evaluate", "--model", imported, "--data", train, "--card", card, "--report", report);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(report).content().contains("most frequent label of the test data, ");
        assertThat(card).content().contains("adapter-tensors-hash", "adapter_model.safetensors");
    }

    @Test
    void invalidAdapters() throws IOException {
        Path adapter = folder.resolve("adapter");
        Path imported = folder.resolve("imported.tribuo");
        assertBadInput(run("import", "--output", imported), "--from");
        assertBadInput(run("import", "--from", adapter, "--output", imported), "no adapter directory");
        run("train", "--train", train, "--backbone", backbone, "--method", "bitfit", "--epochs", 1, "--output", model);
        assertBadInput(run("export", "--model", model, "--to", adapter), "'bitfit'", "lora");
        assertThat(train("--epochs", 1).code()).isZero();
        assertBadInput(run("export", "--model", model, "--to", model), "--to", "is a file");
        Outcome exported = run("export", "--model", model, "--to", adapter);
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(exported.err()).contains("peft: note:", "position_ids").hasLineCount(1);
        assertBadInput(
                run("import", "--from", adapter, "--backbone", backbone, "--output", imported, "--labels", "a,b,c"),
                "2 labels",
                "[a, b, c]");
        assertThat(imported).doesNotExist();
        Path config = adapter.resolve("adapter_config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceFirst("\\{", "{\"use_magic\": true,")
                        .replaceFirst("(\"base_model_name_or_path\" : )\"[^\"]*\"", "$1\"some/other-model\""));
        Outcome noted = run("import", "--from", adapter, "--backbone", backbone, "--output", imported);
        assertThat(noted.code()).as(noted.err()).isZero();
        assertThat(noted.err().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("peft: note: " + config))
                .anyMatch(line -> line.contains("[use_magic]"))
                .anyMatch(line -> line.contains("'some/other-model'") && line.contains(backbone.toString()));
    }

    @Test
    void divergence() {
        Outcome outcome = train("--learning-rate", 1e30);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("Training stopped", "Try a lower learning rate")
                .doesNotContain("\tat ");
    }

    /** Texts are used as they are: picocli does not expand argument files, quotes and variables. */
    @Test
    void textsAreNotExpanded() throws IOException {
        assertThat(train("--epochs", 1).code()).isZero();
        Path secret = Files.writeString(folder.resolve("secret"), "root of all\n--output\n" + train + "\n");
        byte[] before = Files.readAllBytes(train);
        for (String text : List.of(
                "@" + secret, "@@x", "\"quoted\"", "${sys:user.home} ${env:PATH} ${bundle:x}", "--output=" + train)) {
            Outcome outcome = run("predict", "--model", model, "--text=" + text);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(new ObjectMapper().readTree(outcome.out()).get("text").asText())
                    .isEqualTo(text);
            assertThat(outcome.out()).doesNotContain("root of all");
        }
        Outcome outcome = run("predict", "--model", model, "--text", "@" + secret, "@" + secret);
        assertThat(outcome.out())
                .contains("@" + secret)
                .doesNotContain("root of all")
                .hasLineCount(2);
        assertBadInput(run("@" + secret), "@" + secret);
        assertBadInput(run("predict", "--model", model, "--text", "x", "--", "@" + secret), "@" + secret);
        assertThat(train).hasBinaryContent(before);
    }

    @Test
    void numbersOutOfRange() {
        int max = Integer.MAX_VALUE;
        assertBadInput(train("--threads", max), "number of threads must be from 1 to", "" + max);
        assertBadInput(train("--threads", 0), "number of threads", "is 0");
        assertBadInput(train("--threads", -1), "number of threads", "is -1");
        assertBadInput(train("--virtual-tokens", max), "fewer virtual tokens", "" + max);
        assertBadInput(train("--method", "prompt-tuning", "--virtual-tokens", max), "fewer virtual tokens", "" + max);
        assertBadInput(train("--max-length", max), "maxLength", "" + max);
        assertBadInput(
                run(
                        "train",
                        "--train",
                        train,
                        "--backbone",
                        backbone,
                        "--output",
                        model,
                        "--method",
                        "lora",
                        "--set",
                        "method.rank=" + max),
                "lower rank",
                "" + max);
        assertBadInput(train("--epochs", "99999999999"), "--epochs", "99999999999");
        Outcome outcome = train("--batch-size", max, "--epochs", 1);
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"quickstart", "train", "evaluate", "predict", "compare", "export", "import"})
    void help(String command) {
        Outcome outcome = run(command, "--help");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains("Usage: peft " + command, "-h, --help")
                .doesNotContain("${", "\u001b", "null");
        assertThat(outcome.out().lines()).allMatch(line -> line.length() <= Peft.HELP_WIDTH);
        assertThat(run("--help").out()).contains("\n  " + command + " ");
    }

    @Test
    void helpListsTasksAndMethods() {
        assertThat(run("train", "--help").out())
                .contains("Task: classification, ner, multi-label, regression", "Method: adapter, bitfit, ");
    }

    @Test
    void undecodedArguments() {
        assertBadInput(run("predict", "--model", model, "--text", "caf\uFFFD"), "argument 5", "LC_ALL=C.UTF-8");
    }
}
