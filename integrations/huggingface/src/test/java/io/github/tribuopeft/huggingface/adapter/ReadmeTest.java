package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.huggingface.files.HostileTexts;
import io.github.tribuopeft.huggingface.files.Printable;
import io.github.tribuopeft.huggingface.files.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** README.md of an exported adapter with any names of labels and base models. */
class ReadmeTest {

    @TempDir
    private Path folder;

    private static AdapterReadme readme(String base, TaskType task, List<String> labels, Decoding decoding) {
        return new AdapterReadme(
                base,
                AdapterCodec.ofMethod("lora"),
                task,
                new AdapterMetadata(
                        labels,
                        decoding == null ? "MEAN" : "FIRST_SUBWORD",
                        DenseLayer.NONE,
                        Placement.BEFORE,
                        64,
                        decoding),
                VirtualTokens.NONE,
                0,
                Precision.FP32);
    }

    static Stream<Arguments> programs() {
        return Stream.of(
                Arguments.of(TaskType.SEQ_CLS, null),
                Arguments.of(TaskType.FEATURE_EXTRACTION, null),
                Arguments.of(TaskType.TOKEN_CLS, Decoding.LEGAL),
                Arguments.of(TaskType.FEATURE_EXTRACTION, Decoding.INDEPENDENT));
    }

    /**
     * The names cannot end the code block or the front matter. The program can be parsed and assigns the names.
     */
    @ParameterizedTest
    @MethodSource("programs")
    void hostileNames(TaskType task, Decoding decoding) throws IOException, InterruptedException {
        List<String> labels = List.copyOf(new LinkedHashSet<>(HostileTexts.samples()));
        String base = "x\"; import os #\n```\n---\n{{labels}}\\";
        String text = readme(base, task, labels, decoding).text();
        assertThat(text.lines())
                .startsWith("---", "base_model: " + Printable.literal(base), "library_name: peft", "---");
        assertThat(text.lines().filter(line -> line.startsWith("---"))).hasSize(2);
        assertThat(text.lines().filter(line -> line.startsWith("```"))).containsExactly("```python", "```");
        assertThat(text).doesNotContain("{{program}}", "{{length}}");
        String program = text.substring(text.indexOf("```python\n") + 10, text.lastIndexOf("\n```"));
        Path file = Files.writeString(folder.resolve("program.py"), program);
        String shown = Python.run("""
                import ast, sys
                tree = ast.parse(open(sys.argv[1], encoding='utf-8').read())
                values = {n.targets[0].id: ast.literal_eval(n.value) for n in tree.body
                          if isinstance(n, ast.Assign) and n.targets[0].__class__ is ast.Name and n.targets[0].id in ('base', 'labels')}
                print(ascii(values['base']))
                print(len(values['labels']))
                print(sorted({n.module if isinstance(n, ast.ImportFrom) else n.names[0].name for n in ast.walk(tree)
                              if isinstance(n, (ast.Import, ast.ImportFrom))} - {'safetensors.torch'}))
                """, file);
        assertThat(shown.lines())
                .containsExactly(
                        "'x\"; import os #\\n```\\n---\\n{{labels}}\\\\'",
                        Integer.toString(labels.size()),
                        "['peft', 'torch', 'transformers']");
    }

    @Test
    void propertiesThatPeftDoesNotHave() {
        assertThat(readme("base", TaskType.TOKEN_CLS, List.of("O", "I-PER"), Decoding.LEGAL)
                        .advice())
                .hasValueSatisfying(text -> assertThat(text).contains("LEGAL"));
        assertThat(readme("base", TaskType.TOKEN_CLS, List.of("NOUN", "VERB"), Decoding.LEGAL)
                        .advice())
                .isEmpty();
        assertThat(readme("base", TaskType.SEQ_CLS, List.of("I-a", "b"), null).advice())
                .isEmpty();
    }
}
