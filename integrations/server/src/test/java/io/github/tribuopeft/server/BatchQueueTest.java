package io.github.tribuopeft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.serving.PromptBank;
import io.github.tribuopeft.serving.PromptBank.Answer;
import io.github.tribuopeft.serving.PromptBank.Query;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tribuo.classification.Label;

/** Requests that wait while the worker of the queue is busy. */
class BatchQueueTest {

    private static final int BATCH = 8;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final CountDownLatch busy = new CountDownLatch(1);
    private final ServerMetrics metrics = new ServerMetrics();
    private BatchQueue queue;

    /** Opens a queue, whose worker waits for the latch after its first batch. */
    @BeforeEach
    void open() throws Exception {
        PromptBank bank = PromptBank.builder(new TinyBert()).open();
        PrefixTuning method = PrefixTuning.builder().virtualTokens(2).build();
        try (PeftModel<Label> model = Fixtures.trainer(method).build().train(Fixtures.opinions(8))) {
            bank.put("opinions", model);
        }
        queue = new BatchQueue(bank, 1, ServerLimits.DEFAULT.withBatch(BATCH, Duration.ofMillis(1)), metrics);
        CountDownLatch first = new CountDownLatch(1);
        submit("first", LONG).thenRun(() -> {
            first.countDown();
            await(busy);
        });
        await(first);
    }

    @AfterEach
    void close() {
        busy.countDown();
        queue.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<List<Answer>> submit(String client, Duration deadline) {
        return queue.submit(client, List.of(new Query("opinions", "the film is good")), deadline);
    }

    @Test
    void clientsTakeTurns() throws Exception {
        List<String> answered = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<?>> requests = new ArrayList<>();
        for (int i = 0; i < 10 * BATCH; i++) {
            requests.add(submit("many", LONG).thenRun(() -> answered.add("many")));
        }
        for (String client : List.of("a", "b")) {
            requests.add(submit(client, LONG).thenRun(() -> answered.add(client)));
            requests.add(submit(client, LONG).thenRun(() -> answered.add(client)));
        }
        busy.countDown();
        for (CompletableFuture<?> request : requests) {
            request.get(1, TimeUnit.MINUTES);
        }
        assertThat(answered.subList(0, 7)).containsExactly("many", "a", "b", "many", "a", "b", "many");
    }

    @Test
    void requestsOverTheirDeadlineAreNotComputed() throws Exception {
        CompletableFuture<List<Answer>> request = submit("client", Duration.ofMillis(1));
        assertThatThrownBy(() -> request.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(TimeoutException.class);
        requireNotComputed();
    }

    @Test
    void cancelledRequestsAreNotComputed() throws Exception {
        submit("client", LONG).cancel(false);
        requireNotComputed();
    }

    /** Requires that after the batch of the first request only that of another one was computed. */
    private void requireNotComputed() throws Exception {
        CompletableFuture<List<Answer>> other = submit("other", LONG);
        assertThat(queue.texts()).isEqualTo(2);
        busy.countDown();
        assertThat(other.get(1, TimeUnit.MINUTES)).hasSize(1);
        queue.close();
        assertThat(metrics.scrape()).contains("peft_batch_texts_sum 2.0\n");
        assertThat(queue.texts()).isZero();
    }
}
