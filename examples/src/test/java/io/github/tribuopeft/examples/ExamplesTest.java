package io.github.tribuopeft.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
}
