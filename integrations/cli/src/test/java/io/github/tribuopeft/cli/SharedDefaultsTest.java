package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static org.assertj.core.api.Assertions.assertThat;

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.MultiLabelHead;
import io.github.tribuopeft.head.RegressorHead;
import io.github.tribuopeft.head.SpanF1;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PeftMethods;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line trains with the defaults of the library. */
class SharedDefaultsTest {

    @TempDir
    private static Path folder;

    private static Workspace workspace;

    @BeforeAll
    static void files() throws IOException {
        workspace = Workspace.in(folder);
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void trainersAreThoseOfTheLibrary(Task task) {
        HuggingFaceDirectory backbone = new HuggingFaceDirectory(workspace.backbone());
        for (String name : PeftMethods.names()) {
            PeftMethod method = PeftMethods.named(name);
            ConfigurationData source = new ConfigurationData(
                    "backbone",
                    HuggingFaceDirectory.class.getName(),
                    Map.of("directory", new SimpleProperty(workspace.backbone().toString())));
            TaskDefinition<?, ?> definition = task.definition();
            String configured = definition
                    .trainer(
                            TrainerConfiguration.of(definition.components(), method, source), new TrainingListener() {})
                    .description();
            assertThat(configured).isEqualTo(library(task, backbone, method));
        }
    }

    private static String library(Task task, HuggingFaceDirectory backbone, PeftMethod method) {
        return switch (task) {
            case CLASSIFICATION ->
                PeftTrainer.builder(new LabelHead())
                        .backbone(backbone)
                        .method(method)
                        .build()
                        .toString();
            case MULTI_LABEL ->
                PeftTrainer.builder(new MultiLabelHead())
                        .backbone(backbone)
                        .method(method)
                        .build()
                        .toString();
            case REGRESSION ->
                PeftTrainer.builder(new RegressorHead())
                        .backbone(backbone)
                        .method(method)
                        .build()
                        .toString();
            case GENERATION ->
                PeftTextTrainer.builder()
                        .backbone(backbone)
                        .method(method)
                        .build()
                        .toString();
            case NER ->
                PeftSequenceTrainer.builder()
                        .backbone(backbone)
                        .method(method)
                        .build()
                        .toString();
        };
    }

    /** The library's metric of epochs and the evaluator that users see are the same number. */
    @Test
    void spanF1IsThatOfTheEvaluator() {
        List<List<String>> gold = List.of(
                List.of("B-A", "I-A", "O", "B-B"), List.of("O", "O"), List.of("I-A", "B-A", "I-B"), List.of("S-C"));
        List<List<String>> found = List.of(
                List.of("B-A", "I-A", "B-B", "B-B"), List.of("O", "B-A"), List.of("I-A", "I-A", "I-B"), List.of("O"));
        double f1 = new SpanF1().measure(gold, found);
        assertThat(f1)
                .isEqualTo(new SpanEvaluator().evaluate(gold, found).microAveragedF1())
                .isBetween(0.3, 0.7);
        assertThat(new SpanF1().measure(gold, gold)).isEqualTo(1.0);
        assertThat(new SpanF1().measure(gold.subList(1, 2), gold.subList(1, 2))).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.1", "NaN"})
    void rateThatIsNotPositiveIsAnError(String rate) {
        assertBadInput(
                workspace.train("--output", folder.resolve("none.tribuo"), "--learning-rate", rate),
                "--learning-rate: expected a number above 0",
                "default of the method");
    }

    @Test
    void lengthOfZeroIsAnError() {
        assertBadInput(
                workspace.train("--output", folder.resolve("none.tribuo"), "--max-length", 0),
                "--max-length: expected a number of tokens",
                "found 0",
                "limit of the backbone");
    }

    @Test
    void labelWithOneExampleIsLearnedAndNamed() throws IOException {
        Path rare = folder.resolve("rare.tsv");
        Files.writeString(rare, Files.readString(workspace.train()) + "rare\tan odd film\n");
        Path model = folder.resolve("rare.tribuo");
        PeftTest.Outcome trained =
                PeftTest.run("train", "--train", rare, "--backbone", workspace.backbone(), "--output", model);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err()).containsPattern("peft: note: The development set.* lacks the output 'rare'");
        PeftTest.Outcome predicted = PeftTest.run("predict", "--model", model, "--text", "an odd film");
        assertThat(predicted.out()).contains("\"rare\":");
    }

    @Test
    void modelsRunWithOptionsOfTheirOwn() {
        PeftTest.Outcome plain = workspace.predict();
        PeftTest.Outcome same = workspace.predict("--device", "cpu", "--threads", 1, "--precision", "fp32");
        assertThat(same.out()).isEqualTo(plain.out());
        PeftTest.Outcome rounded = workspace.predict("--precision", "bf16", "--batch-size", 64);
        assertThat(rounded.code()).as(rounded.err()).isZero();
        assertThat(rounded.out()).isNotEqualTo(plain.out());
        assertThat(rounded.err()).contains("peft: note:", "FP32", "BF16");
        PeftTest.Outcome evaluated = workspace.evaluate("--device", "auto", "--batch-size", 1, "--threads", 1);
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
    }

    @Test
    void invalidRunOptionsAreErrors() {
        assertBadInput(workspace.predict("--device", "gpu"), "--device", "'gpu'", "expected auto, cpu or cuda:N");
        assertBadInput(workspace.predict("--device", "cuda:99"), "cuda:99", "does not exist");
        assertBadInput(workspace.evaluate("--precision", "fp8"), "--precision", "'fp8'", "expected fp32 or bf16");
        assertBadInput(workspace.evaluate("--batch-size", 0), "--batch-size", "at least 1", "found 0");
        assertBadInput(workspace.evaluate("--threads", 0), "threads", "from 1 to", "0");
    }

    @Test
    void jsonConfigurationIsAnError() throws IOException {
        Path json = Files.writeString(folder.resolve("trainer.json"), "\n {\"config\": {\"components\": []}}");
        assertBadInput(
                workspace.train("--output", folder.resolve("none.tribuo"), "--config", json),
                "trainer.json: this is not a configuration in XML but JSON");
    }
}
