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

/** Signals at random moments of a training, from the start of the JVM to the writing of the model. */
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

    /** Starts a training whose result depends on the seed. */
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
    void stops() throws Exception {
        stop(1, 11);
    }

    @Test
    @Tag("signals")
    void stopsOneHundredTimes() throws Exception {
        stop(100, 12);
    }

    /** A parent that ignores SIGINT, such as a shell that starts a job in the background, hands that on to all its children. */
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
        long began = System.nanoTime();
        assertThat(train(60, 1).await().code()).isZero();
        long whole = (System.nanoTime() - began) / 1_000_000;
        Files.write(model, before);
        SplittableRandom random = new SplittableRandom(seed);
        int finished = 0;
        for (int i = 0; i < times; i++) {
            finished +=
                    stop(StopSignals.INT, 130, random.nextLong(100, whole), 60).code() == 0 ? 1 : 0;
            finished +=
                    stop(StopSignals.TERM, 143, random.nextLong(100, whole), 60).code() == 0 ? 1 : 0;
        }
        assertThat(finished).as("trainings that had ended before their signal").isLessThanOrEqualTo(times);
        // far from both ends, where the line is certain
        assertThat(stop(StopSignals.INT, 130, whole, 1_000_000).err()).contains("peft: stopped by SIGINT");
        assertThat(stop(StopSignals.TERM, 143, whole, 1_000_000).err()).contains("peft: stopped by SIGTERM");
        assertThat(ChildJvm.crashReports(folder)).isEmpty();
    }

    /** Sends a signal after some milliseconds; a training that is finished by then has written a model. */
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
            // The signal came when the model was written, which is then whole.
            PeftModel.load(model).close();
            Files.write(model, before);
        }
        return outcome;
    }
}
