package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ResidentMemory;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.sequence.SequenceExample;

/**
 * Predictions of eight threads while models of two backbones open and close: every answer is that of a single thread,
 * and no array is left. {@code -Plarge} runs 10,000 predictions in each thread, prints the figures, and compares the
 * memory of the second half with that of the first.
 */
class PredictionSoakTest {

    private static final int THREADS = 8;
    private static final int FEW = 200;
    private static final int MANY = 10_000;
    private static final long MOST_GROWTH_KB = 32 << 10;
    private static final Path STATUS = Path.of("/proc/self/status");

    @TempDir
    private Path folder;

    private final AtomicInteger opened = new AtomicInteger();
    private volatile boolean running = true;

    /** Question to a model, with the answer of a single thread. */
    private record Question(IntFunction<double[]> ask, List<double[]> answers) {

        static Question of(int count, IntFunction<double[]> ask) {
            List<double[]> answers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                answers.add(ask.apply(i));
            }
            return new Question(ask, answers);
        }

        boolean isRight(int i) {
            int question = i % answers.size();
            return Arrays.equals(ask.apply(question), answers.get(question));
        }
    }

    /** Memory of the process: resident size in kB, and the numbers of native arrays and of their managers. */
    private record Memory(long resident, long arrays, long managers) {

        static Memory now() throws IOException, JMException {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return new Memory(
                    ResidentMemory.kilobytes(),
                    instances(histogram, "ai.djl.pytorch.engine.PtNDArray"),
                    instances(histogram, "ai.djl.pytorch.engine.PtNDManager"));
        }

        /** Returns the number of reachable instances of a class. */
        private static long instances(String histogram, String className) {
            return histogram
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.endsWith(" " + className))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                    .sum();
        }
    }

    @Test
    void fewPredictions() throws Exception {
        run(FEW);
    }

    @Test
    @Tag("large")
    void manyPredictions() throws Exception {
        Memory[] halves = run(MANY);
        assertThat(halves[2].resident - halves[1].resident).as("growth in kB").isLessThan(MOST_GROWTH_KB);
        assertThat(opened.get()).isGreaterThan(100);
    }

    /** Returns the memory at the start, in the middle and at the end. */
    private Memory[] run(int predictions) throws Exception {
        assumeTrue(Files.isReadable(STATUS), "skipped: this system has no /proc");
        Path text = folder.resolve("text.tribuo");
        Path words = folder.resolve("words.tribuo");
        Path other = folder.resolve("other.tribuo");
        write(text, words, other);
        Memory before = Memory.now();
        long start = System.nanoTime();
        Memory[] halves = predict(predictions, text, words, other);
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        Memory after = Memory.now();
        System.out.printf(
                "%d threads, %,d predictions each; %,d models opened and closed; %d s%nbefore %s%nstart  %s%n"
                        + "middle %s%nend    %s%nclosed %s%n",
                THREADS, predictions, opened.get(), seconds, before, halves[0], halves[1], halves[2], after);
        assertThat(after.arrays).as("native arrays").isEqualTo(before.arrays);
        assertThat(after.managers).as("managers").isEqualTo(before.managers);
        assertThat(opened.get()).isPositive();
        return halves;
    }

    /** Returns the memory at the start, in the middle and at the end. All models are closed and unreachable then. */
    private Memory[] predict(int predictions, Path text, Path words, Path other) throws Exception {
        Memory[] halves = new Memory[3];
        ExecutorService pool = Executors.newFixedThreadPool(THREADS + 2);
        try (PeftModel<?> loaded = PeftModel.load(text);
                PeftSequenceModel tagger = PeftSequenceModel.load(words)) {
            List<Question> questions = List.of(texts(loaded), tags(tagger));
            List<Future<Integer>> openers =
                    List.of(pool.submit(() -> openAndClose(text)), pool.submit(() -> openAndClose(other)));
            assertThat(wrong(pool, questions, predictions / 10)).isZero(); // warms up
            halves[0] = Memory.now();
            assertThat(wrong(pool, questions, predictions / 2)).isZero();
            halves[1] = Memory.now();
            assertThat(wrong(pool, questions, predictions / 2)).isZero();
            halves[2] = Memory.now();
            running = false;
            for (Future<Integer> opener : openers) {
                assertThat(opener.get())
                        .as("wrong answers of models that open and close")
                        .isZero();
            }
        } finally {
            running = false;
            pool.shutdown();
            pool.awaitTermination(1, TimeUnit.MINUTES);
        }
        return halves;
    }

    private static void write(Path text, Path words, Path other) throws IOException {
        try (PeftModel<Label> model = Fixtures.trainer(
                        PrefixTuning.builder().virtualTokens(2).build())
                .build()
                .train(Fixtures.opinions(16))) {
            model.serializeToFile(text);
        }
        try (PeftModel<Label> model =
                Fixtures.trainer(new LoRA()).backbone(new TinyBert(2)).build().train(Fixtures.opinions(16))) {
            model.serializeToFile(other);
        }
        try (PeftSequenceModel model = PeftSequenceTrainer.builder()
                .backbone(new TinyBert())
                .method(new LoRA())
                .options(Fixtures.options().epochs(2).build())
                .build()
                .train(Fixtures.sentences(16))) {
            model.serializeToFile(words);
        }
    }

    private static Question texts(PeftModel<?> loaded) {
        Model<Label> model = loaded.castModel(Label.class);
        List<Example<Label>> texts = new ArrayList<>();
        Fixtures.opinions(12).forEach(texts::add);
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        texts.add(extractor.extract(LabelFactory.UNKNOWN_LABEL, "the city of the river"));
        return Question.of(texts.size(), i -> Fixtures.scores(model, List.of(texts.get(i))));
    }

    private static Question tags(PeftSequenceModel model) {
        List<SequenceExample<Label>> sentences = List.of(
                WordExamples.of(List.of("the", "new", "film", "of", "the", "city"), LabelFactory.UNKNOWN_LABEL),
                WordExamples.of(List.of("a", "river"), LabelFactory.UNKNOWN_LABEL));
        return Question.of(sentences.size(), i -> model.predict(sentences.get(i)).stream()
                .flatMap(tag -> tag.getOutputScores().values().stream())
                .mapToDouble(Label::getScore)
                .toArray());
    }

    private int wrong(ExecutorService pool, List<Question> questions, int count) throws Exception {
        List<Future<Integer>> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            threads.add(pool.submit(() -> {
                int wrong = 0;
                for (int i = 0; i < count; i++) {
                    wrong += questions.get((thread + i) % questions.size()).isRight(thread + i / 2) ? 0 : 1;
                }
                return wrong;
            }));
        }
        int wrong = 0;
        for (Future<Integer> thread : threads) {
            wrong += thread.get();
        }
        return wrong;
    }

    /** Opens a model, asks it and closes it until the predictions have ended; returns the number of wrong answers. */
    private int openAndClose(Path file) throws IOException {
        int wrong = 0;
        double[] first = null;
        while (running) {
            try (PeftModel<?> model = PeftModel.load(file)) {
                double[] answers = texts(model).answers().get(0);
                first = first == null ? answers : first;
                wrong += Arrays.equals(first, answers) ? 0 : 1;
                opened.incrementAndGet();
            }
        }
        return wrong;
    }
}
