package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.method.PeftMethods;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Help, {@code methods}, {@code show}, {@code doctor} and suggestions. */
class OverviewCommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void helpWithoutACommand() {
        Outcome outcome = run();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("  train  ", "  doctor  ");
        for (String method : PeftMethods.names()) {
            assertThat(outcome.out()).containsPattern("(?m)^  " + method + " +[a-z]");
        }
        assertThat(outcome.out().lines()).allMatch(line -> line.length() <= Peft.HELP_WIDTH);
        assertThat(run("--help").out()).isEqualTo(outcome.out());
    }

    @Test
    void settingsOfEachMethod() {
        assertThat(run("methods").out().lines()).hasSameSizeAs(PeftMethods.names());
        for (String method : PeftMethods.names()) {
            Outcome outcome = run("methods", method);
            assertThat(outcome.code()).as(outcome.err()).isZero();
            assertThat(outcome.out())
                    .startsWith(method + ": ")
                    .contains("  training.epochs=3  ", "  trainer.seed=12345  ", "  head.dropout=0.1  ");
            assertThat(outcome.out().lines()).allMatch(line -> line.length() <= Peft.HELP_WIDTH);
        }
        assertThat(run("methods", "lora").out()).contains("  method.rank=8  ", "  method.targets=query,value  ");
        assertThat(run("methods", "prompt-tuning", "--task", "ner").out())
                .contains("  method.initializer=sampled-vocabulary  ", "  trainer.decoding=");
    }

    @Test
    void suggestions() {
        assertBadInput(run("tran"), "'tran'; did you mean 'train'?");
        assertBadInput(run("methods", "lorra"), "Unknown method 'lorra'; did you mean 'lora'?; expected one of");
        assertBadInput(run("methods", "lora+bitfat"), "'bitfat'; did you mean 'bitfit'?");
        assertBadInput(run("doctor", "--devise=cpu"), "'--devise=cpu'; did you mean '--device'?", "peft doctor --help");
        assertThat(run("methods", "hypnosis").err()).doesNotContain("did you mean");
        assertThat(run("xyzzy").err()).doesNotContain("did you mean");
    }

    @Test
    void show() throws IOException {
        Path backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        Path train = Files.writeString(folder.resolve("train.tsv"), "label\ttext\ngood\ta film\nbad\ta song\n");
        Path model = folder.resolve("model.tribuo");
        assertThat(run(
                                "train",
                                "--train",
                                train,
                                "--dev",
                                train,
                                "--epochs",
                                1,
                                "--backbone",
                                backbone,
                                "--method",
                                "lora",
                                "--output",
                                model)
                        .code())
                .isZero();
        Path json = folder.resolve("show.json");
        Outcome outcome = run("show", model, "--json", json);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains(
                        "task        classification",
                        "outputs     2: ",
                        "method      lora (alpha=16.0, ",
                        "rank=8",
                        "backbone    tiny (weights ",
                        "), found on this machine",
                        "settings    seed 12345, precision FP32, learning rate 0.001, head learning rate 0.003",
                        "run         training examples 2, development examples 2, development given, best epoch 1");
        JsonNode description = JSON.readTree(json.toFile());
        assertThat(description.get("method").asText()).isEqualTo("lora");
        assertThat(description.get("task").asText()).isEqualTo("classification");
        assertThat(description.at("/backbone/found").asBoolean()).isTrue();
        assertThat(description.at("/backbone/fingerprint/weights").asText()).hasSize(64);
        assertThat(description.get("labels")).hasSize(2);
        assertThat(description.at("/parameters/head").asLong()).isPositive();
        assertThat(description.get("bytes").asLong()).isEqualTo(Files.size(model));
        assertThat(description.get("provenance").toString()).contains("training-run");

        Files.move(backbone, folder.resolve("moved"));
        Outcome missing = run("show", "--model", model, "--json", json);
        assertThat(missing.code()).as(missing.err()).isZero();
        assertThat(missing.out()).contains("), not found on this machine", "There is no backbone directory");
        assertThat(JSON.readTree(json.toFile()).at("/backbone/found").asBoolean())
                .isFalse();
        assertBadInput(run("show", train), train.toString());
        assertBadInput(run("show"), "MODEL");
    }

    @Test
    void doctor() throws IOException {
        Path json = folder.resolve("doctor.json");
        Outcome outcome = run("doctor", "--device", "cpu", "--json", json);
        assertThat(outcome.code()).as(outcome.out()).isZero();
        assertThat(outcome.out()).contains("ok      training  forward and backward pass agree", "All is well");
        JsonNode results = JSON.readTree(json.toFile());
        assertThat(results.at("/libtorch/text").asText()).startsWith("version 2.");
        assertThat(results).allMatch(result -> result.get("ok").asBoolean());

        Outcome failed = run("doctor", "--device", "cuda:77", "--json", json);
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).contains("FAILED  device", "cuda:77", "A check failed");
        assertThat(JSON.readTree(json.toFile()).at("/device/ok").asBoolean()).isFalse();
    }
}
