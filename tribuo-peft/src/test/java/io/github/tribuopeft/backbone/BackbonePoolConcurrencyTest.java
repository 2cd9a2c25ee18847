package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads open and close backbones at the same time. */
@Timeout(60)
class BackbonePoolConcurrencyTest {

    private static final int THREADS = 4;

    private final TinyBert tiny = new TinyBert(2_020);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final AtomicInteger loads = new AtomicInteger();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void poolIsEmpty() {
        assertThat(BackbonePool.size()).isZero();
    }

    @AfterEach
    void everythingIsClosed() {
        released.countDown();
        threads.shutdown();
        assertThat(BackbonePool.size()).isZero();
    }

    /** Waits until the test releases it. */
    private void block() {
        started.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackboneException("interrupted", e);
        }
    }

    private <V> Supplier<V> blocking(Supplier<V> supplier) {
        return () -> {
            block();
            return supplier.get();
        };
    }

    private Checkpoint counted() {
        loads.incrementAndGet();
        return tiny.open();
    }

    private static Backbone open(BackboneSource source) {
        return Backbone.open(source, TestDevice.get(), Precision.FP32);
    }

    private static void openOther() {
        try (Backbone other = open(new TinyBert(2_021))) {
            assertThat(other.weightsHash()).hasSize(64);
        }
    }

    /** Waits until a thread waits for another one. */
    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.sleep(5);
        }
    }

    private Future<Backbone> submit(BackboneSource source, AtomicReference<Thread> thread) {
        return threads.submit(() -> {
            thread.set(Thread.currentThread());
            return open(source);
        });
    }

    private Future<Backbone> submitAndAwaitWaiting(BackboneSource source) throws InterruptedException {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Future<Backbone> future = submit(source, thread);
        while (thread.get() == null) {
            Thread.sleep(5);
        }
        awaitWaiting(thread.get());
        return future;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void equalBackbonesAreLoadedOnce(boolean poolIsEmpty) throws Exception {
        Backbone present = poolIsEmpty ? null : open(new TinyBert(2_021));
        BackboneSource source = new StubSource("tiny", tiny::fingerprint, this::counted);
        for (int round = 1; round <= 10; round++) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Backbone>> futures = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return open(source);
                }));
            }
            start.countDown();
            for (Future<Backbone> future : futures) {
                assertThat(future.get().weightsHash()).hasSize(64);
            }
            assertThat(loads).hasValue(round);
            assertThat(BackbonePool.size()).isEqualTo(poolIsEmpty ? 1 : 2);
            for (Future<Backbone> future : futures) {
                future.get().close();
            }
        }
        if (present != null) {
            present.close();
        }
    }

    @Test
    void aLoadDoesNotBlockOtherBackbones() throws Exception {
        Future<Backbone> loading =
                threads.submit(() -> open(new StubSource("slow", tiny::fingerprint, blocking(this::counted))));
        started.await();
        openOther();
        assertThat(loading.isDone()).isFalse();
        released.countDown();
        loading.get().close();
    }

    @Test
    void hashingDoesNotBlockOtherBackbones() throws Exception {
        Future<Backbone> hashing =
                threads.submit(() -> open(new StubSource("slow", blocking(tiny::fingerprint), this::counted)));
        started.await();
        openOther();
        assertThat(hashing.isDone()).isFalse();
        released.countDown();
        hashing.get().close();
    }

    /** The second thread cannot know that the first one loads the same files until their hash is known. */
    @Test
    void equalFilesOfAnotherNameAreShared() throws Exception {
        Future<Backbone> hashing =
                threads.submit(() -> open(new StubSource("slow", blocking(tiny::fingerprint), this::counted)));
        started.await();
        try (Backbone other = open(tiny)) {
            released.countDown();
            try (Backbone shared = hashing.get()) {
                assertThat(shared.fingerprint()).isEqualTo(other.fingerprint());
                assertThat(BackbonePool.size()).isEqualTo(1);
            }
            assertThat(other.weightsHash()).hasSize(64);
        }
    }

    @Test
    void aFailedLoadDoesNotFailWaitingThreads() throws Exception {
        Future<Backbone> failing = threads.submit(() -> open(new StubSource("tiny", tiny::fingerprint, blocking(() -> {
            throw new BackboneException("no weights");
        }))));
        started.await();
        Future<Backbone> waiting = submitAndAwaitWaiting(new StubSource("tiny", tiny::fingerprint, this::counted));
        released.countDown();
        assertThatThrownBy(failing::get).hasRootCauseMessage("no weights");
        try (Backbone backbone = waiting.get()) {
            assertThat(backbone.weightsHash()).hasSize(64);
            assertThat(loads).hasValue(1);
        }
    }

    @Test
    void aWaitingThreadCanBeInterrupted() throws Exception {
        Future<Backbone> loading =
                threads.submit(() -> open(new StubSource("tiny", tiny::fingerprint, blocking(this::counted))));
        started.await();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                open(new StubSource("tiny", tiny::fingerprint, this::counted));
            } catch (BackboneInterruptedException e) {
                thrown.set(Thread.currentThread().isInterrupted() ? e : null);
            }
        });
        waiting.start();
        awaitWaiting(waiting);
        waiting.interrupt();
        waiting.join();
        assertThat(thrown.get()).hasMessage("Opening backbone 'tiny' was interrupted");
        released.countDown();
        try (Backbone backbone = loading.get()) {
            assertThat(backbone.weightsHash()).hasSize(64);
        }
    }

    @Test
    void anInterruptedLoadDoesNotFailWaitingThreads() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Future<Backbone> interrupted = submit(new StubSource("tiny", tiny::fingerprint, blocking(tiny::open)), thread);
        started.await();
        Future<Backbone> waiting = submitAndAwaitWaiting(new StubSource("tiny", tiny::fingerprint, this::counted));
        thread.get().interrupt();
        assertThatThrownBy(interrupted::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BackboneInterruptedException.class);
        waiting.get(30, TimeUnit.SECONDS).close();
    }
}
