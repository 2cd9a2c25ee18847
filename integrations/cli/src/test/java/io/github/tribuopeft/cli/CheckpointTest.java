package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.ChildJvm;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trainings that are stopped or killed resume from their checkpoints and give the same models. */
class CheckpointTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        TinyBertDirectory.write(folder.resolve("tiny"));
        StringBuilder rows = new StringBuilder("label\ttext\n");
        for (int i = 0; i < 8; i++) {
            rows.append("good\ta fine film number ").append(i).append('\n');
            rows.append("bad\tthe song was awful ").append(i).append('\n');
        }
        Files.writeString(folder.resolve("train.tsv"), rows);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    /** Trains in this process, with dropout, linear decay and warm-up. */
    private Outcome train(String output, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "train",
                "--train",
                path("train.tsv"),
                "--backbone",
                path("tiny"),
                "--method",
                "lora",
                "--epochs",
                3,
                "--batch-size",
                4,
                "--set",
                "method.dropout=0.2",
                "--output",
                path(output)));
        arguments.addAll(List.of(more));
        return PeftTest.run(arguments.toArray());
    }

    private Map<String, Tensor> tensors(String model) throws IOException {
        try (PeftModel<?> loaded = PeftModel.load(folder.resolve(model))) {
            Map<String, Tensor> tensors = new TreeMap<>(loaded.adapter());
            tensors.putAll(loaded.state().headTensors());
            return tensors;
        }
    }

    private List<String> checkpoints(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".checkpoint"))
                    .sorted()
                    .toList();
        }
    }

    private static void assertRefused(Outcome outcome, String... parts) {
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err()).contains(parts);
        assertThat(outcome.err().lines().filter(line -> line.startsWith("peft: ") && !line.startsWith("peft: note:")))
                .hasSize(1);
    }

    @Test
    void resumesFromACheckpoint() throws IOException {
        assertThat(train("whole.tribuo").code()).isZero();
        Outcome first = train("model.tribuo", "--checkpoint", path("run"), "--checkpoint-every", 2);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(checkpoints(folder.resolve("run"))).hasSize(2);
        assertThat(tensors("model.tribuo")).isEqualTo(tensors("whole.tribuo"));
        // as if the training had ended before its last checkpoint
        Files.delete(
                folder.resolve("run").resolve(checkpoints(folder.resolve("run")).get(1)));
        Outcome resumed = train("resumed.tribuo", "--checkpoint", path("run"), "--resume");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("peft: note: the training resumes after step ");
        assertThat(tensors("resumed.tribuo")).isEqualTo(tensors("whole.tribuo"));
    }

    @Test
    void emptyDirectoryStartsFromTheBeginning() {
        Outcome outcome = train("model.tribuo", "--checkpoint", path("run"), "--resume");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("run has no checkpoint; the training starts from the beginning");
    }

    @Test
    void optionsThatCannotBeUsed() throws IOException {
        assertRefused(train("m", "--resume"), "--resume: expected --checkpoint DIR too");
        assertRefused(train("m", "--checkpoint-every", "5s"), "--checkpoint-every: expected --checkpoint DIR too");
        for (String every : List.of("0", "-1", "5x", "s", "1.5m", "99999999999")) {
            assertRefused(
                    train("m", "--checkpoint", path("run"), "--checkpoint-every", every),
                    "--checkpoint-every: expected a number of steps",
                    "'" + every + "'");
        }
        assertRefused(train("run/m", "--checkpoint", path("run")), "run/m would be in", "checkpoints only");
        assertRefused(train("m", "--checkpoint", path("train.tsv")), "--checkpoint:", "is a file");
        assertThat(train("m", "--checkpoint", path("run")).code()).isZero();
        assertRefused(train("m", "--checkpoint", path("run")), "--checkpoint:", "run has checkpoints; add --resume");
        assertRefused(
                train("m", "--checkpoint", path("run"), "--resume", "--seed", 5),
                "belongs to another training run",
                "seed, which is 12345 there and 5 here");
        Files.writeString(folder.resolve("run/notes.txt"), "mine");
        assertRefused(train("m", "--checkpoint", path("run"), "--resume"), "contains notes.txt");
        assertThat(folder.resolve("run/notes.txt")).hasContent("mine");
    }

    private ChildJvm start(String... arguments) throws IOException {
        return ChildJvm.start(folder, List.of(), Map.of("OMP_NUM_THREADS", "1"), Peft.class, arguments);
    }

    private ChildJvm startTraining(int epochs, String output, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--train",
                "train.tsv",
                "--backbone",
                "tiny",
                "--method",
                "lora",
                "--batch-size",
                "4",
                "--set",
                "method.dropout=0.2",
                "--set",
                "training.warmup=0.2",
                "--epochs",
                "" + epochs,
                "--output",
                output));
        arguments.addAll(List.of(more));
        return start(arguments.toArray(String[]::new));
    }

    private void awaitFile(Path directory, Predicate<Path> expected) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    if (files.anyMatch(expected)) {
                        return;
                    }
                }
            }
            Thread.sleep(20);
        }
        throw new AssertionError("No file in " + directory + ": " + Files.readString(folder.resolve("err.txt")));
    }

    /** Child processes inherit an ignored SIGINT. */
    private static boolean interruptsAreIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    @ParameterizedTest
    @CsvSource({"INT,130", "TERM,143"})
    @DisabledOnOs(OS.WINDOWS)
    void signalWritesACheckpoint(String signal, int code) throws Exception {
        assumeFalse(interruptsAreIgnored(), "skipped: this process was started with SIGINT ignored");
        ChildJvm training = startTraining(1_000_000, "model.tribuo", "--checkpoint", "run", "--checkpoint-every", "50");
        awaitFile(folder.resolve("run"), file -> file.toString().endsWith(".checkpoint"));
        training.signal(signal);
        ChildJvm.Outcome outcome = training.await();
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
        String line = outcome.err()
                .lines()
                .filter(each -> each.startsWith("peft: "))
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(line)
                .matches("peft: stopped by SIG" + signal
                        + " after step \\d+ of \\d+; run the command again with --resume to resume the training");
        long step = Long.parseLong(line.replaceAll(".* after step (\\d+) of .*", "$1"));
        assertThat(checkpoints(folder.resolve("run"))).last().isEqualTo("step-%08d.checkpoint".formatted(step));
        assertThat(folder.resolve("model.tribuo")).doesNotExist();
        assertThat(outcome.err()).doesNotContain("Exception", "\tat ");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void signalWithoutCheckpointsSaysSo() throws Exception {
        ChildJvm training = startTraining(1_000_000, "model.tribuo");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(folder.resolve("err.txt")).contains("epoch 1/") && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        training.signal("TERM");
        ChildJvm.Outcome outcome = training.await();
        assertThat(outcome.code()).isEqualTo(143);
        assertThat(outcome.err())
                .contains("peft: stopped by SIGTERM before the command finished; nothing was kept; --checkpoint DIR");
    }

    /** A comparison that is stopped inside a cell resumes there and has the results of one that was not stopped. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void comparisonResumesInsideACell() throws Exception {
        String[] arguments = {
            "compare",
            "--train",
            "train.tsv",
            "--dev",
            "train.tsv",
            "--test",
            "train.tsv",
            "--methods",
            "lora",
            "--seeds",
            "1",
            "--backbone",
            "tiny",
            "--epochs",
            "1000",
            "--report",
            "report"
        };
        Path cells = folder.resolve("report").resolve("cells");
        ChildJvm.Outcome stopped;
        int wait = 800;
        do { // a signal before the first step ends the process at once
            ChildJvm comparison = start(arguments);
            awaitFile(cells, file -> file.toString().endsWith(".checkpoints"));
            Thread.sleep(wait);
            comparison.signal("TERM");
            stopped = comparison.await();
            assertThat(stopped.code()).as(stopped.err()).isEqualTo(143);
            wait += 400;
        } while (stopped.err().contains("before the command finished"));
        assertThat(stopped.err())
                .containsPattern("peft: stopped by SIGTERM after step \\d+ of \\d+; run the same command again");
        try (Stream<Path> files = Files.walk(cells)) {
            assertThat(files.filter(file -> file.toString().endsWith(".checkpoint")))
                    .isNotEmpty();
        }
        ChildJvm.Outcome resumed = start(arguments).await();
        assertThat(resumed.code()).as(resumed.err()).isZero();
        try (Stream<Path> files = Files.list(cells)) {
            assertThat(files.filter(Files::isDirectory))
                    .as("checkpoints of finished cells")
                    .isEmpty();
        }
        String results = Files.readString(folder.resolve("report/results.json"));
        ChildJvm.Outcome whole = start(String.join("\n", arguments)
                        .replace("\nreport", "\nother")
                        .split("\n"))
                .await();
        assertThat(whole.code()).as(whole.err()).isZero();
        assertThat(curves(results)).isEqualTo(curves(Files.readString(folder.resolve("other/results.json"))));
    }

    /** Returns the losses and metrics of all epochs, which contain every step. */
    private static List<String> curves(String results) {
        return Pattern.compile("\"(?:trainLoss|developmentMetric)\"\\s*:\\s*[^,}\\s]+")
                .matcher(results)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /**
     * Kills the process at random moments, from the start of the JVM to the writing of the model, and resumes until the
     * training is complete. Every step writes a checkpoint, so many kills are during a write.
     */
    @Test
    @Tag("signals")
    @DisabledOnOs(OS.WINDOWS)
    void killedFiftyTimes() throws Exception {
        int kills = 50;
        int epochs = 100;
        long start = System.nanoTime();
        assertThat(startTraining(epochs, "whole.tribuo", "--checkpoint", "whole", "--checkpoint-every", "1")
                        .await()
                        .code())
                .isZero();
        long duration = (System.nanoTime() - start) / 1_000_000;
        Map<String, Tensor> expected = tensors("whole.tribuo");
        SplittableRandom random = new SplittableRandom(20261126);
        int killed = 0;
        int trainings = 0;
        int duringWrites = 0;
        int positions = 0;
        while (killed < kills) {
            String run = "run" + trainings;
            String model = "model" + trainings++ + ".tribuo";
            String newest = "";
            while (!Files.exists(folder.resolve(model))) {
                ChildJvm training =
                        startTraining(epochs, model, "--checkpoint", run, "--checkpoint-every", "1", "--resume");
                if (killed < kills) {
                    Thread.sleep(random.nextLong(duration / 10, duration));
                    training.signal("KILL");
                }
                ChildJvm.Outcome outcome = training.await();
                assertThat(outcome.code()).as(outcome.err()).isIn(137, 0);
                assertThat(outcome.err()).doesNotContain("is not a checkpoint", "Exception", "\tat ");
                if (outcome.code() == 137) {
                    killed++;
                    duringWrites += temporaries(folder.resolve(run));
                    List<String> found = checkpoints(folder.resolve(run));
                    String last = found.isEmpty() ? "" : found.get(found.size() - 1);
                    assertThat(last).as("progress is not lost").isGreaterThanOrEqualTo(newest);
                    positions += last.equals(newest) ? 0 : 1;
                    newest = last;
                }
            }
            assertThat(tensors(model)).isEqualTo(expected);
        }
        System.out.printf(
                "killed %d times, %d of them during the writing of a checkpoint, at %d different steps; "
                        + "%d training runs, all with the same bits%n",
                killed, duringWrites, positions, trainings);
        assertThat(positions).isGreaterThan(kills / 4);
    }

    private static int temporaries(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".tmp")) ? 1 : 0;
        }
    }
}
