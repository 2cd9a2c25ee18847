package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.cli.PeftTest.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Invalid destinations are rejected before a command begins, and no file changes. */
@Timeout(120)
class DestinationsTest {

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Workspace workspace;

    @BeforeAll
    static void inputFiles() throws IOException {
        workspace = Workspace.in(shared);
    }

    /** Returns every option that names an output file, with its command. */
    private Map<String, Function<Object, Outcome>> files() {
        Path other = folder.resolve("other");
        Map<String, Function<Object, Outcome>> files = new LinkedHashMap<>();
        files.put("--output of train", file -> workspace.train("--output", file));
        files.put("--card of train", file -> workspace.train("--output", other, "--card", file));
        files.put("--json of train", file -> workspace.train("--output", other, "--json", file));
        files.put("--provenance of train", file -> workspace.train("--output", other, "--provenance", file));
        files.put("--output of reproduce", file -> workspace.reproduce("--output", file));
        files.put("--json of reproduce", file -> workspace.reproduce("--json", file));
        files.put("--json of evaluate", file -> workspace.evaluate("--json", file));
        files.put("--card of evaluate", file -> workspace.evaluate("--card", file));
        files.put("--report of evaluate", file -> workspace.evaluate("--report", file));
        files.put("--json of verify", file -> workspace.verify("--json", file));
        files.put("--output of predict", file -> workspace.predict("--output", file));
        files.put("--output of import", file -> workspace.imports("--output", file));
        return files;
    }

    private Map<String, Function<Object, Outcome>> directories() {
        Map<String, Function<Object, Outcome>> directories = new LinkedHashMap<>();
        directories.put("--report of compare", directory -> workspace.compare("--report", directory));
        directories.put("--report of quickstart", directory -> quickstart(directory));
        directories.put("--to of export", directory -> workspace.export("--to", directory));
        return directories;
    }

    private static Outcome quickstart(Object directory) {
        String home = System.setProperty("tribuopeft.home", Path.of("../..").toString());
        try {
            return PeftTest.run("quickstart", "--report", directory);
        } finally {
            if (home == null) {
                System.clearProperty("tribuopeft.home");
            }
        }
    }

    private static String option(String name) {
        return name.substring(0, name.indexOf(' '));
    }

    private static Map<Path, String> contents() throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(shared)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return contents;
    }

    private void assertRejected(Map<String, Function<Object, Outcome>> commands, Object destination, String... parts)
            throws IOException {
        Map<Path, String> before = contents();
        for (Map.Entry<String, Function<Object, Outcome>> command : commands.entrySet()) {
            Outcome outcome = command.getValue().apply(destination);
            assertBadInput(outcome, parts);
            assertThat(outcome.err()).as(command.getKey()).startsWith("peft: " + option(command.getKey()) + ": ");
            assertThat(outcome.out()).as("the command did not begin").isEmpty();
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void directoriesInPlaceOfFiles() throws IOException {
        assertRejected(files(), folder, folder + " is a directory; expected a file");
        assertRejected(files(), "/", "/ is a directory; expected a file");
    }

    @Test
    void emptyNames() throws IOException {
        assertRejected(files(), "", "the name is empty; expected a file");
        assertRejected(directories(), "", "the name is empty; expected a directory");
    }

    @Test
    void filesInPlaceOfDirectories() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        assertRejected(files(), file.resolve("below"), file + "/below", "its directory " + file + " cannot be created");
        assertRejected(directories(), file, file.toString());
        assertRejected(directories(), file.resolve("below"), file + "/below", "cannot be created");
        assertRejected(directories(), "/", "/ is the root directory");
        assertThat(file).hasContent("old");
    }

    @Test
    void unwritableDirectories() throws IOException {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return;
        }
        assertRejected(files(), "/proc/self/new", "/proc/self/new cannot be written: ");
        assertRejected(directories(), "/proc/self/new", "/proc/self/new", "cannot be written: ");
    }

    @Test
    void inputsAsDestinations() throws IOException {
        for (Path input : new Path[] {workspace.model(), workspace.train()}) {
            Path link = Files.createSymbolicLink(folder.resolve("link-" + input.getFileName()), input);
            Path hard = folder.resolve("hard-" + input.getFileName());
            Files.createLink(hard, input);
            Path indirect = input.resolveSibling("adapter/../" + input.getFileName());
            for (Path name : new Path[] {input, link, hard, indirect}) {
                Map<String, Function<Object, Outcome>> reading = files();
                reading.keySet()
                        .removeIf(command -> command.endsWith("import")
                                || command.endsWith("verify") && input.equals(workspace.train())
                                || command.endsWith("train") && !input.equals(workspace.train()));
                assertRejected(reading, name, name + " is the same file as --", " " + input);
            }
        }
        Map<String, Function<Object, Outcome>> imports = files();
        imports.keySet().removeIf(command -> !command.endsWith("import"));
        assertRejected(imports, workspace.adapter().resolve("adapter_model.safetensors"), "is the same file as --from");
        assertRejected(imports, workspace.backbone().resolve("config.json"), "is the same file as --backbone");
        assertBadInput(
                workspace.verify("--json", workspace.train()),
                "--json: " + workspace.train() + " is the same file as the data of --model in " + workspace.train());
        Path metrics = folder.resolve("metrics");
        assertBadInput(
                workspace.train(
                        "--output", metrics, "--json", workspace.backbone().resolve("model.safetensors")),
                "--json: ",
                "is the same file as --backbone");
        Path config = Files.writeString(folder.resolve("trainer.xml"), "<config/>");
        assertBadInput(
                PeftTest.run("train", "--train", workspace.train(), "--config", config, "--output", config),
                "--output: " + config + " is the same file as --config " + config);
        assertBadInput(
                workspace.train("--start", workspace.model(), "--output", workspace.model()),
                "--output: ",
                "is the same file as --start");
    }

    /** No option names the backbone here; the model remembers its directory. */
    @Test
    void filesOfTheRememberedBackbone() throws IOException {
        Map<String, Function<Object, Outcome>> reading = files();
        reading.keySet().removeIf(command -> command.endsWith("train") || command.endsWith("import"));
        for (String name : new String[] {"model.safetensors", "tokenizer.json", "config.json"}) {
            assertRejected(reading, workspace.backbone().resolve(name), "is the same file as ", "--model");
        }
    }

    @Test
    void twoOptionsForOneFile() throws IOException {
        Path file = folder.resolve("deep/file");
        Path again = folder.resolve("deep/../deep/file");
        assertBadInput(
                workspace.train("--output", file, "--json", again),
                "--json: " + again + " is the same file as --output " + file);
        assertBadInput(workspace.train("--output", file, "--card", file), "--card", "is the same file as --output");
        assertBadInput(
                workspace.train("--output", file, "--json", file + ".card.json"),
                "--json: ",
                "is the same file as --card");
        assertBadInput(workspace.evaluate("--json", file, "--report", file), "--report", "is the same file as --json");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
        assertBadInput(
                workspace.evaluate("--json", Files.writeString(folder.resolve("file"), ""), "--report", link),
                "--report: " + link + " is the same file as --json");
        assertThat(folder.resolve("deep")).doesNotExist();
        assertThat(workspace
                        .evaluate("--json", "/dev/null", "--report", "/dev/null")
                        .code())
                .isZero();
    }

    @Test
    void missingDirectoriesAreCreated() throws IOException {
        Path file = folder.resolve("a/b/answers.jsonl");
        assertThat(workspace.predict("--output", file).code()).isZero();
        assertThat(Files.readAllLines(file)).hasSize(16);
    }

    @Test
    void unrelatedFilesInADirectoryAreKept() throws IOException {
        Path readme = Files.writeString(folder.resolve("README.md"), "mine");
        assertBadInput(workspace.export("--to", folder), "--to: " + folder, "README.md, which would be replaced");
        assertThat(readme).hasContent("mine");
        Path page = Files.writeString(folder.resolve("report.html"), "mine");
        assertBadInput(
                workspace.compare("--report", folder), "--report: " + folder, "report.html, which would be replaced");
        assertThat(page).hasContent("mine");
        assertThat(folder.resolve("cells")).doesNotExist();
    }

    @Test
    void exportReplacesAnAdapter() throws IOException {
        assertThat(workspace.export("--to", folder).code()).isZero();
        Path other = Files.writeString(folder.resolve("notes.txt"), "mine");
        assertThat(workspace.export("--to", folder).code()).isZero();
        assertThat(other).hasContent("mine");
    }

    @Test
    void replacingTheReportOfAnotherComparisonPrintsANote() throws IOException {
        Path report = folder.resolve("report");
        Path data = Files.copy(
                workspace.train(),
                Files.createDirectory(folder.resolve("elsewhere")).resolve("t.tsv"));
        assertThat(workspace.compare("--report", report).err()).doesNotContain("note");
        assertThat(workspace.compare("--report", report).err()).doesNotContain("note");
        Outcome other = workspace.compare("--report", report, "--test", data);
        assertThat(other.code()).as(other.err()).isZero();
        assertThat(other.err()).contains("peft: note: the report of another comparison in " + report);
    }
}
