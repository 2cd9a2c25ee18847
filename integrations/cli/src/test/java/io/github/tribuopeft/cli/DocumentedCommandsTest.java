package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.testing.ChildJvm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of the README and of the guides as they stand, in their order, in a directory with the first
 * examples of the project's data.
 */
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Path DATA = Path.of("examples", "data");
    private static final int BATCH = 4;
    private static final int TEXTS = 8;
    private static final int SENTENCES = 6;
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\n(.*?)^```");
    private static final Pattern COMMAND = Pattern.compile("(?:echo \"([^\"]*)\" \\| )?\\./peft( [^#]*)?(?: #.*)?");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    /** Backbone that a page downloads. */
    private static final String DOWNLOADED = "--backbone bert";

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        for (String split :
                List.of("train", "dev", "test")) { // the labels of all splits are those of the training data
            writeTexts("requests/train.tsv", "requests/" + split + ".tsv");
            writeSentences("field-notes/train.conll", "field-notes/" + split + ".conll");
        }
        writeTexts("reviews/train.tsv", "reviews/train.tsv");
        Files.writeString(folder.resolve("key.pem"), VerifyTest.PRIVATE_KEY);
        Files.writeString(folder.resolve("public.pem"), VerifyTest.PUBLIC_KEY);
        Path config = Path.of("examples", "config");
        Files.createDirectories(folder.resolve(config));
        try (Stream<Path> files = Files.list(ROOT.resolve(config))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(config).resolve(file.getFileName()));
            }
        }
    }

    private void writeTexts(String from, String to) throws IOException {
        try (Stream<String> lines = Files.lines(ROOT.resolve(DATA).resolve(from))) {
            write(to, String.join("\n", lines.limit(1 + TEXTS).toList()) + "\n");
        }
    }

    private void writeSentences(String from, String to) throws IOException {
        String[] sentences = Files.readString(ROOT.resolve(DATA).resolve(from)).split("\n\n");
        write(to, String.join("\n\n", List.of(sentences).subList(0, SENTENCES)) + "\n\n");
    }

    private void write(String file, String content) throws IOException {
        Path target = folder.resolve(DATA).resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, content);
    }

    /** Returns the lines of a page's code blocks that call the launcher. A backslash continues a line. */
    private static List<String> commands(String page) throws IOException {
        List<String> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(ROOT.resolve(page)));
        while (block.find()) {
            block.group(1)
                    .replaceAll("\\\\\\n\\s*", "")
                    .lines()
                    .filter(line -> COMMAND.matcher(line).matches() && !line.contains(DOWNLOADED))
                    .forEach(commands::add);
        }
        return commands;
    }

    /** Runs the commands in processes of a few commands each, since a process has a time limit. */
    private String run(List<String> commands) throws Exception {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < commands.size(); i += BATCH) {
            List<String> batch = commands.subList(i, Math.min(i + BATCH, commands.size()));
            ChildJvm.Outcome outcome = ChildJvm.start(
                            folder,
                            List.of("-Dtribuopeft.home=" + folder),
                            Map.of(),
                            Commands.class,
                            batch.toArray(String[]::new))
                    .await();
            assertThat(outcome.code()).as(outcome.err()).isZero();
            out.append(outcome.out());
        }
        return out.toString();
    }

    @Test
    void readme() throws Exception {
        List<String> commands = commands("README.md");
        assertThat(commands).anyMatch(command -> command.startsWith("./peft quickstart"));
        assertQuickstartFitsAScreen(run(commands));
    }

    @Test
    void gettingStarted() throws Exception {
        List<String> commands = commands("docs/getting-started.md");
        assertThat(commands).hasSizeGreaterThan(12);
        String out = run(commands);
        assertThat(out).contains("Best epoch: ", "\nReport: report");
        assertThat(Files.readAllLines(folder.resolve("predictions.jsonl"))).hasSize(TEXTS);
    }

    @Test
    void attestation() throws Exception {
        assertThat(run(commands("docs/attestation.md")))
                .contains("matches      signature of model.tribuo.intoto.jsonl");
    }

    /** 24 lines of 80 columns, with the prompt below the output. */
    private static void assertQuickstartFitsAScreen(String out) {
        List<String> screen = out.lines()
                .dropWhile(line -> !line.startsWith("$ ./peft quickstart"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("$ "))
                .toList();
        assertThat(screen)
                .hasSizeBetween(20, 23)
                .allMatch(line -> line.length() <= 80)
                .anyMatch(line -> line.startsWith("Next: ./peft train "))
                .anyMatch(line -> line.startsWith("  prefix-tuning "));
    }

    /** Runs command lines in one process. Ends with the exit code of the first one that fails. */
    static final class Commands {

        private Commands() {}

        public static void main(String[] lines) {
            for (String line : lines) {
                System.out.println("$ " + line);
                Matcher command = COMMAND.matcher(line);
                if (!command.matches()) {
                    throw new IllegalArgumentException(line);
                }
                if (command.group(1) != null) {
                    System.setIn(new ByteArrayInputStream((command.group(1) + "\n").getBytes(StandardCharsets.UTF_8)));
                }
                List<String> words = new ArrayList<>();
                Matcher word = WORD.matcher(command.group(2));
                while (word.find()) {
                    words.add(word.group(1) == null ? word.group(2) : word.group(1));
                }
                int code = Peft.run(words.toArray(String[]::new));
                if (code != 0) {
                    System.err.println("failed: " + line);
                    System.exit(code);
                }
            }
        }
    }
}
