package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.CheckpointPolicy;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import io.github.tribuopeft.training.TrainingListener.TrainingStep;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.classification.Label;

/** Listeners that log or draw the progress. */
class ReadyListenersTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private static PeftTrainer.Builder<Label> trainer(TrainingListener... listeners) {
        return Fixtures.trainer(new IA3())
                .options(Fixtures.options().epochs(2).batchSize(4).build())
                .listener(TrainingListener.of(listeners));
    }

    private static List<String> logged(Runnable training) {
        List<String> messages = new ArrayList<>();
        Logger logger = Logger.getLogger(TrainingLogger.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                messages.add(record.getLevel() + " " + record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addHandler(handler);
        try {
            training.run();
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        return messages;
    }

    @Test
    void loggerReportsStepsAndEpochs() {
        List<String> messages = logged(() -> trainer(new TrainingLogger(2))
                .build()
                .train(Fixtures.opinions(20), Fixtures.opinions(6))
                .close());
        assertThat(messages).hasSize(1 + 5 + 2 + 1); // start, every second of ten steps, epochs, end
        assertThat(messages.get(0)).startsWith("INFO Training ia3 with 20 examples: 2 epochs of 5 steps, ");
        assertThat(messages.get(1)).matches("INFO At step 2 of 10, average loss = \\d\\.\\d{6}");
        assertThat(messages.get(3))
                .matches("INFO At epoch 1 of 2, average loss = \\d\\.\\d{6}, development accuracy [01]\\.\\d{4}, .* s");
        assertThat(messages.get(8)).startsWith("INFO Training completed after 2 epochs; the model has the state of");
    }

    @Test
    void loggerOfEpochsOnly() {
        List<String> messages = logged(() -> trainer(new TrainingLogger(0))
                .build()
                .train(Fixtures.opinions(20))
                .close());
        assertThat(messages).hasSize(4);
        assertThat(messages.get(1)).doesNotContain("metric");
    }

    private List<String> lines() {
        return List.of(bytes.toString(StandardCharsets.UTF_8).split("\r"));
    }

    @Test
    void barEndsCompleteOnALineOfItsOwn() {
        trainer(new TrainingProgressBar(out))
                .build()
                .train(Fixtures.opinions(20), Fixtures.opinions(6))
                .close();
        assertThat(lines().get(1)).startsWith("ia3   0% |                    | 0/10");
        assertThat(lines().get(lines().size() - 1))
                .matches("ia3 100% \\|={20}\\| 10/10, loss \\d\\.\\d{3}, .* [01]\\.\\d{4} *\\R");
        assertThat(lines()).allMatch(line -> line.strip().length() < 80);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).matches("[\\r\\n\\x20-\\x7e]*");
    }

    /** A shorter line covers the longer one that it replaces. */
    @Test
    void barReplacesTheWholeLine() {
        trainer(new TrainingProgressBar(out))
                .build()
                .train(Fixtures.opinions(20))
                .close();
        List<Integer> ends =
                lines().stream().map(line -> line.replace("\n", "").length()).toList();
        for (int i = 2; i < ends.size(); i++) {
            assertThat(ends.get(i))
                    .isGreaterThanOrEqualTo(lines().get(i - 1).stripTrailing().length());
        }
    }

    @Test
    void barOfAResumedRunStartsWhereItResumes() {
        CheckpointPolicy policy = CheckpointPolicy.in(folder.resolve("run"));
        TrainingListener stop = new TrainingListener() {
            private TrainingControl control;

            @Override
            public void onStart(TrainingStart start, TrainingControl ofRun) {
                control = ofRun;
            }

            @Override
            public void onStep(TrainingStep step) {
                if (step.step() == 4) {
                    control.stop();
                }
            }
        };
        trainer(stop, new TrainingProgressBar(out))
                .checkpoints(policy)
                .build()
                .train(Fixtures.opinions(20))
                .close();
        assertThat(lines().get(lines().size() - 1)).startsWith("ia3  40%").endsWith("\n");
        bytes.reset();
        List<String> messages = logged(() -> trainer(new TrainingProgressBar(out), new TrainingLogger(100))
                .checkpoints(policy.resume())
                .build()
                .train(Fixtures.opinions(20))
                .close());
        assertThat(lines().get(1)).startsWith("ia3  40% |========");
        assertThat(messages).contains("INFO Training resumes after step 4");
    }
}
