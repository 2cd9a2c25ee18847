package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.testing.ChildJvm;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Sends signals at random times of a training run, from the start of the JVM to the writing of the model. */
@DisabledOnOs(OS.WINDOWS)
class StopSignalsTest {

    @TempDir
    private Path folder;

    private Path model;
    private byte[] before;

    @BeforeEach
    void trainOnce() throws Exception {
        TinyBertDirectory.write(folder.resolve("tiny"));
        StringBuilder rows = new StringBuilder("label\ttext\n");
        for (int i = 0; i < 8; i++) {
            rows.append("good\ta fine film number ").append(i).append('\n');
            rows.append("bad\tthe song was awful ").append(i).append('\n');
        }
        Files.writeString(folder.resolve("train.tsv"), rows);
        model = folder.resolve("model.tribuo");
        assertThat(train(1, 0).await().code()).isZero();
        before = Files.readAllBytes(model);
    }

    /** Starts a training run whose result depends on the seed. */
    private ChildJvm train(int epochs, long seed) throws IOException {
        return ChildJvm.start(
                folder,
                List.of(),
                Map.of("OMP_NUM_THREADS", "1"),
                Peft.class,
                "train",
                "--train",
                "train.tsv",
                "--backbone",
                "tiny",
                "--epochs",
                "" + epochs,
                "--seed",
                "" + seed,
                "--output",
                model.getFileName().toString());
    }

    @Test
    void oneTraining() throws Exception {
        stop(1, 11);
    }

    @Test
    @Tag("signals")
    void oneHundredTrainings() throws Exception {
        stop(100, 12);
    }

    /** Child processes inherit an ignored SIGINT, for example from a shell that starts a background job. */
    private static boolean interruptsAreIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    private void stop(int times, long seed) throws Exception {
        assumeFalse(interruptsAreIgnored(), "skipped: this process was started with SIGINT ignored");
        long start = System.nanoTime();
        assertThat(train(60, 1).await().code()).isZero();
        long duration = (System.nanoTime() - start) / 1_000_000;
        Files.write(model, before);
        SplittableRandom random = new SplittableRandom(seed);
        int finished = 0;
        for (int i = 0; i < times; i++) {
            finished += stop(StopSignals.INT, 130, random.nextLong(100, duration), 60)
                                    .code()
                            == 0
                    ? 1
                    : 0;
            finished += stop(StopSignals.TERM, 143, random.nextLong(100, duration), 60)
                                    .code()
                            == 0
                    ? 1
                    : 0;
        }
        assertThat(finished).as("trainings that ended before their signal").isLessThanOrEqualTo(times);
        // between start and end, where the message is always printed
        assertThat(stop(StopSignals.INT, 130, duration, 1_000_000).err()).contains("peft: stopped by SIGINT");
        assertThat(stop(StopSignals.TERM, 143, duration, 1_000_000).err()).contains("peft: stopped by SIGTERM");
        assertThat(ChildJvm.crashReports(folder)).isEmpty();
    }

    /** Sends a signal after some milliseconds. A training run that finishes earlier writes a model. */
    private ChildJvm.Outcome stop(StopSignals signal, int code, long milliseconds, int epochs) throws Exception {
        ChildJvm training = train(epochs, 2);
        Thread.sleep(milliseconds);
        training.signal(signal.name());
        ChildJvm.Outcome outcome = training.await();
        assertThat(outcome.code())
                .as("%s after %d ms: %s", signal, milliseconds, outcome.err())
                .isIn(code, 0);
        assertThat(outcome.err()).doesNotContain("Exception", "\tat ");
        if (outcome.code() == 0 || !Arrays.equals(Files.readAllBytes(model), before)) {
            // The training wrote the complete model before the signal.
            PeftModel.load(model).close();
            Files.write(model, before);
        }
        return outcome;
    }
}
