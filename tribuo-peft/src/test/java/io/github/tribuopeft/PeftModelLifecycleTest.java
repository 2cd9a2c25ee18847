package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ObservedHead;
import io.github.tribuopeft.testing.TinyBert;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.impl.ArrayExample;

/** Life cycle of a model. */
class PeftModelLifecycleTest {

    private static final int THREADS = 8;
    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(16);
    private static final PeftMethod METHOD = new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE);

    private static PeftModel<Label> model;
    private static double[] scores;

    @BeforeAll
    static void train() {
        model = Fixtures.trainer(METHOD).build().train(OPINIONS);
        scores = Fixtures.scores(model, OPINIONS);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static PeftModel<Label> copy(PeftModel<Label> original) {
        return (PeftModel<Label>) original.copy();
    }

    private static void assertClosed(PeftModel<Label> closed) {
        assertThatThrownBy(() -> closed.predict(OPINIONS.getExample(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> closed.predict(OPINIONS)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingTwiceHasNoEffect() {
        PeftModel<Label> copy = copy(model);
        copy.predict(OPINIONS);
        copy.close();
        copy.close();
        assertClosed(copy);
        assertThat(Fixtures.scores(model, OPINIONS)).containsExactly(scores);
    }

    @Test
    void modelClosedBeforeItsFirstPredictionStaysClosed() {
        PeftModel<Label> copy = copy(model);
        copy.close();
        assertClosed(copy);
    }

    @Test
    void closedModelCanStillBeSaved() {
        PeftModel<Label> copy = copy(model);
        copy.close();
        assertThat(copy.serialize()).isEqualTo(copy(model).serialize());
        assertThat(copy.adapter()).isEqualTo(model.adapter());
        assertThat(copy.toString()).isNotBlank();
    }

    @Test
    void copyStaysOpenWhenTheOriginalIsClosed() {
        PeftModel<Label> original = copy(model);
        original.predict(OPINIONS);
        try (PeftModel<Label> copy = copy(original)) {
            original.close();
            assertThat(Fixtures.scores(copy, OPINIONS)).containsExactly(scores);
            assertClosed(original);
        }
    }

    @Test
    void originalStaysOpenWhenTheCopyIsClosed() {
        try (PeftModel<Label> original = copy(model)) {
            PeftModel<Label> copy = copy(original);
            copy.predict(OPINIONS);
            copy.close();
            assertThat(Fixtures.scores(original, OPINIONS)).containsExactly(scores);
        }
    }

    @Test
    void copyHasItsOwnNameAndTheSameProvenance() {
        try (PeftModel<Label> copy = model.copy("another", model.getProvenance())) {
            assertThat(copy.getName()).isEqualTo("another");
            assertThat(copy.backbone()).isEqualTo(model.backbone());
            assertThat(copy.getProvenance().getTrainerProvenance())
                    .isEqualTo(model.getProvenance().getTrainerProvenance());
        }
    }

    @Test
    void emptyBatchHasNoPredictions() {
        assertThat(model.predict(List.of())).isEmpty();
    }

    @Test
    void exampleWithoutTextIsAnError() {
        Example<Label> bare = new ArrayExample<>(new Label("good"), new String[] {"a"}, new double[] {1});
        assertThatThrownBy(() -> model.predict(bare))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("no text", "TextExampleExtractor");
        assertThatThrownBy(() -> model.predict(List.of(OPINIONS.getExample(0), bare)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Fixtures.scores(model, OPINIONS)).containsExactly(scores);
    }

    @Test
    void longTextIsTruncatedToMaxLengthAndCounted() {
        try (PeftModel<Label> shortSighted =
                Fixtures.trainer(METHOD).maxLength(8).build().train(OPINIONS)) {
            // eight tokens are six words between [CLS] and [SEP]
            String six = "the film is very good and";
            assertThat(score(shortSighted, six)).isNotEqualTo(score(shortSighted, "the film is very good"));
            assertThat(shortSighted.truncatedTexts()).isZero();
            assertThat(score(shortSighted, six + " the book is awful")).isEqualTo(score(shortSighted, six));
            assertThat(shortSighted.truncatedTexts()).isEqualTo(1);
            // four of sixteen opinions have one clause, and those are of six tokens
            assertThat(shortSighted.history().orElseThrow().start().truncated()).isEqualTo(12);
        }
    }

    @Test
    void longTextIsTruncatedToThePositionsOfTheBackboneAndCounted() {
        try (PeftModel<Label> copy = copy(model)) {
            String forty = "good ".repeat(43); // 48 positions less 3 virtual and 2 special tokens
            assertThat(score(copy, forty + "bad awful poor")).isEqualTo(score(copy, forty));
            assertThat(score(copy, "bad ".repeat(10_000))).isEqualTo(score(copy, "bad ".repeat(43)));
            assertThat(copy.truncatedTexts()).isEqualTo(2);
            assertThat(model.truncatedTexts()).isZero();
        }
    }

    private static double score(PeftModel<Label> model, String text) {
        return Fixtures.scores(model, List.of(Fixtures.example("good", text)))[0];
    }

    @Test
    void eightThreadsGetTheSamePredictionsAsOne() throws Exception {
        double[] alone = oneByOne(model);
        for (int round = 0; round < 5; round++) {
            try (PeftModel<Label> fresh = copy(model)) { // so that threads race to open it
                List<double[]> answers = inThreads(thread -> Fixtures.scores(fresh, OPINIONS));
                assertThat(answers).hasSize(THREADS).allSatisfy(found -> assertThat(found)
                        .containsExactly(scores));
                assertThat(inThreads(thread -> oneByOne(fresh)))
                        .allSatisfy(found -> assertThat(found).containsExactly(alone));
            }
        }
    }

    private static double[] oneByOne(PeftModel<Label> model) {
        return IntStream.range(0, OPINIONS.size())
                .mapToDouble(i -> Fixtures.scores(model, List.of(OPINIONS.getExample(i)))[0])
                .toArray();
    }

    private static <V> List<V> inThreads(IntFunction<V> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch ready = new CountDownLatch(THREADS);
            List<Future<V>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                futures.add(pool.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return work.apply(thread);
                }));
            }
            List<V> results = new ArrayList<>();
            for (Future<V> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void closingWaitsForRunningPredictions() throws Exception {
        for (int round = 0; round < 5; round++) {
            PeftModel<Label> copy = copy(model);
            CountDownLatch predicted = new CountDownLatch(THREADS - 1);
            List<Boolean> right = inThreads(thread -> {
                if (thread == 0) {
                    return closeAfter(predicted, copy);
                }
                boolean same = Arrays.equals(Fixtures.scores(copy, OPINIONS), scores);
                predicted.countDown();
                while (true) {
                    try {
                        same &= Arrays.equals(Fixtures.scores(copy, OPINIONS), scores);
                    } catch (IllegalStateException closed) {
                        return same;
                    }
                }
            });
            assertThat(right).containsOnly(true);
        }
    }

    private static boolean closeAfter(CountDownLatch event, PeftModel<Label> model) {
        try {
            event.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        model.close();
        return true;
    }

    @Test
    void trainerInSeveralThreadsGivesTheSameModelsAsInOne() throws Exception {
        PeftTrainer<Label> trainer = Fixtures.trainer(
                        PrefixTuning.builder().virtualTokens(2).build())
                .build();
        List<double[]> inTurn = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            inTurn.add(trainAndScore(trainer));
        }
        trainer.setInvocationCount(0);
        assertThat(inThreads(thread -> trainAndScore(trainer))).containsExactlyInAnyOrderElementsOf(inTurn);
        assertThat(trainer.getInvocationCount()).isEqualTo(THREADS);
    }

    private static double[] trainAndScore(PeftTrainer<Label> trainer) {
        try (PeftModel<Label> trained = trainer.train(OPINIONS)) {
            return Fixtures.scores(trained, OPINIONS);
        }
    }

    @Test
    void threadsPredictConcurrently() throws Exception {
        CyclicBarrier meetingPoint = new CyclicBarrier(THREADS);
        try (PeftModel<Label> meeting = PeftTrainer.builder(new ObservedHead())
                .backbone(new TinyBert())
                .method(METHOD)
                .build()
                .train(OPINIONS)) {
            double[] alone = Fixtures.scores(meeting, OPINIONS);
            ObservedHead.observe(() -> meet(meetingPoint));
            assertThat(inThreads(thread -> Fixtures.scores(meeting, OPINIONS)))
                    .allSatisfy(found -> assertThat(found).containsExactly(alone));
        } finally {
            ObservedHead.observe(() -> {});
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("No other thread predicts at the same time", e);
        }
    }

    @Test
    void javaSerializationIsAnError() throws Exception {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            assertThatThrownBy(() -> out.writeObject(model))
                    .isInstanceOf(NotSerializableException.class)
                    .hasMessageContainingAll("PeftModel", "serializeToFile");
        }
    }
}
