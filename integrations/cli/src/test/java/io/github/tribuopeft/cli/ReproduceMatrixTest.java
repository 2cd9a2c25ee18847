package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models are reproduced in a new process, with another number of worker threads. */
class ReproduceMatrixTest {

    private static final List<String> METHODS = List.of(
            "prefix-tuning",
            "prompt-tuning",
            "lora",
            "ia3",
            "p-tuning",
            "adapter",
            "bitfit",
            "ln-tuning",
            "linear-probe",
            "case-embedding",
            "full",
            "prefix-tuning+lora");

    /** The first has nothing to train, the second does not support language models. */
    private static final List<String> NOT_FOR_GENERATION = List.of("linear-probe", "case-embedding");

    @TempDir
    private Path folder;

    private static Stream<Arguments> cases() {
        return Arrays.stream(Task.values()).flatMap(task -> METHODS.stream()
                .filter(method -> task != Task.GENERATION || !NOT_FOR_GENERATION.contains(method))
                .map(method -> Arguments.of(task, method)));
    }

    private ChildJvm.Outcome peft(Object... arguments) throws IOException, InterruptedException {
        return ChildJvm.start(
                        folder,
                        List.of(),
                        Map.of(),
                        Peft.class,
                        Arrays.stream(arguments).map(Object::toString).toArray(String[]::new))
                .await();
    }

    private void reproduceInNewProcess(
            Task task, String method, String precision, int trainThreads, int reproduceThreads)
            throws IOException, InterruptedException {
        Path data = ReproduceTest.data(task, folder.resolve("data"));
        Path backbone = ReproduceTest.backbone(task, folder.resolve("tiny"));
        Path model = folder.resolve("model.tribuo");
        Path json = folder.resolve("verdict.json");
        List<Object> train = new ArrayList<>(List.of("train", "--task", task, "--train", data, "--backbone", backbone));
        train.addAll(List.of("--method", method, "--precision", precision, "--epochs", 3, "--batch-size", 4));
        train.addAll(List.of("--threads", trainThreads, "--output", model));
        ChildJvm.Outcome trained = peft(train.toArray());
        assertThat(trained.code()).as(trained.err()).isZero();
        ChildJvm.Outcome reproduced =
                peft("reproduce", "--model", model, "--json", json, "--threads", reproduceThreads);
        assertThat(reproduced.code()).as(reproduced.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertThat(result.get("verdict").asText()).as(reproduced.out()).isEqualTo("IDENTICAL");
    }

    @Test
    void oneModel() throws IOException, InterruptedException {
        reproduceInNewProcess(Task.NER, "prefix-tuning", "fp32", 1, 2);
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Tag("reproduction")
    void allTasksAndMethods(Task task, String method) throws IOException, InterruptedException {
        reproduceInNewProcess(task, method, "fp32", 2, 1);
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Tag("reproduction")
    void inBfloat16(Task task, String method) throws IOException, InterruptedException {
        reproduceInNewProcess(task, method, "bf16", 1, 2);
    }
}
