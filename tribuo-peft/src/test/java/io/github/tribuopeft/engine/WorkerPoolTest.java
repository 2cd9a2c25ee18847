package io.github.tribuopeft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {

    private static final Device CPU = Device.cpu();

    private final int before = TorchRuntime.workers();

    @AfterEach
    void restore() {
        TorchRuntime.setOperationThreads(1);
        TorchRuntime.setThreads(before);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyPartRunsOnce() {
        for (int workers : new int[] {1, 2, 5}) {
            TorchRuntime.setThreads(workers);
            AtomicIntegerArray runs = new AtomicIntegerArray(1_000);
            WorkerPool.run(CPU, runs.length(), runs::incrementAndGet);
            for (int part = 0; part < runs.length(); part++) {
                assertThat(runs.get(part)).isEqualTo(1);
            }
            WorkerPool.run(CPU, 0, part -> runs.incrementAndGet(0));
            assertThat(runs.get(0)).isEqualTo(1);
        }
    }

    @Test
    void partsRunAtTheSameTime() {
        TorchRuntime.setThreads(3);
        CyclicBarrier allThree = new CyclicBarrier(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        WorkerPool.run(CPU, 3, part -> {
            await(allThree);
            threads.add(Thread.currentThread());
        });
        assertThat(threads).hasSize(3).contains(Thread.currentThread());
        assertThat(threads)
                .filteredOn(thread -> thread != Thread.currentThread())
                .allMatch(Thread::isDaemon);
    }

    @Test
    void operationsHaveOneThreadInEachWorker() {
        TorchRuntime.setThreads(3);
        CyclicBarrier allThree = new CyclicBarrier(3);
        JniUtils.setNumThreads(2); // by another user of libtorch
        int[] threads = new int[3];
        WorkerPool.run(CPU, 3, part -> {
            await(allThree);
            threads[part] = TorchRuntime.withoutGradients(JniUtils::getNumThreads);
        });
        assertThat(threads).containsExactly(1, 1, 1);
    }

    @Test
    void severalThreadsForAnOperationMeanOneWorker() {
        TorchRuntime.setThreads(3);
        TorchRuntime.setOperationThreads(2);
        assertThat(TorchRuntime.workers()).isEqualTo(1);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<Integer> counts = new ArrayList<>();
        WorkerPool.run(CPU, 10, part -> {
            threads.add(Thread.currentThread());
            counts.add(TorchRuntime.withoutGradients(JniUtils::getNumThreads));
        });
        assertThat(threads).containsExactly(Thread.currentThread());
        assertThat(counts).hasSize(10).containsOnly(2);
        TorchRuntime.setOperationThreads(1);
        assertThat(TorchRuntime.workers()).isEqualTo(3);
        assertThat(TorchRuntime.withoutGradients(JniUtils::getNumThreads)).isEqualTo(1);
    }

    @Test
    void gpuHasOneWorker() {
        TorchRuntime.setThreads(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        WorkerPool.run(Device.gpu(), 10, part -> threads.add(Thread.currentThread()));
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void firstFailureReachesTheCallerWhenNothingRuns() {
        TorchRuntime.setThreads(4);
        for (int round = 0; round < 200; round++) {
            AtomicInteger running = new AtomicInteger();
            assertThatThrownBy(() -> WorkerPool.run(CPU, 20, part -> {
                        running.incrementAndGet();
                        try {
                            if (part >= 3) {
                                throw new ArithmeticException("part " + part);
                            }
                            Thread.onSpinWait();
                        } finally {
                            running.decrementAndGet();
                        }
                    }))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("part 3");
            assertThat(running).hasValue(0);
        }
    }

    @Test
    void errorsReachTheCaller() {
        TorchRuntime.setThreads(2);
        assertThatThrownBy(() -> WorkerPool.run(CPU, 2, part -> {
                    throw new OutOfMemoryError("no more");
                }))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("no more");
        everyPartRunsOnce();
    }

    @Test
    void partsAfterAFailureAreNotStarted() {
        TorchRuntime.setThreads(1);
        List<Integer> started = new ArrayList<>();
        assertThatThrownBy(() -> WorkerPool.run(CPU, 5, part -> {
                    started.add(part);
                    if (part == 1) {
                        throw new IllegalStateException("stop");
                    }
                }))
                .hasMessage("stop");
        assertThat(started).containsExactly(0, 1);
    }

    @Test
    void interruptedCallerWaitsForItsPartsAndStaysInterrupted() {
        TorchRuntime.setThreads(2);
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicBoolean done = new AtomicBoolean();
        Thread caller = Thread.currentThread();
        WorkerPool.run(CPU, 2, part -> {
            await(both);
            if (Thread.currentThread() == caller) {
                caller.interrupt();
            } else {
                sleep(100);
                done.set(true);
            }
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).isTrue();
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void partsMayHaveParts() {
        TorchRuntime.setThreads(2);
        AtomicInteger runs = new AtomicInteger();
        WorkerPool.run(CPU, 8, outer -> WorkerPool.run(CPU, 8, inner -> runs.incrementAndGet()));
        assertThat(runs).hasValue(64);
    }

    @Test
    void manyCallersShareTheWorkers() throws InterruptedException {
        TorchRuntime.setThreads(3);
        int callers = 20;
        Set<String> workers = ConcurrentHashMap.newKeySet();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            new Thread(
                            () -> {
                                WorkerPool.run(CPU, 50, part -> {
                                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                    workers.add(Thread.currentThread().getName());
                                    sleep(1);
                                    running.decrementAndGet();
                                    runs.incrementAndGet();
                                });
                                end.countDown();
                            },
                            "caller " + i)
                    .start();
        }
        assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(callers * 50);
        assertThat(most.get()).isLessThanOrEqualTo(callers + 2);
        assertThat(workers).hasSizeLessThanOrEqualTo(callers + 2);
    }
}
