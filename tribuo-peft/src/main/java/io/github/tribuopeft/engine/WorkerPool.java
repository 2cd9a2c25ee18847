package io.github.tribuopeft.engine;

import ai.djl.Device;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Worker threads of the process, which compute independent parts of a training step or a prediction.
 *
 * <p>The calling thread is one of the workers. It takes parts itself until none is left, so a call never waits for a
 * free thread, and calls from many threads or from within a part cannot deadlock. All calls together use at most
 * {@code workers - 1} further threads. These belong to the process rather than to a model or a training run, so that
 * many models do not start many threads; they are daemons and end after half a minute without work.
 */
public final class WorkerPool {

    private static final long IDLE_SECONDS = 30;
    private static final AtomicInteger STARTED = new AtomicInteger();

    private static ThreadPoolExecutor helpers;

    private WorkerPool() {}

    /**
     * Computes parts, and returns when all are done.
     *
     * @param device the device of the arrays; a GPU has one worker, the calling thread
     * @param count the number of parts
     * @param part computes a part, from 0 to {@code count - 1}. Parts are started in this order
     * @throws RuntimeException the exception of the first part in order that fails. No part is running then, and those
     *     that had not been started never will be
     */
    public static void run(Device device, int count, IntConsumer part) {
        Job job = new Job(count, part);
        int workers = device.isGpu() ? 1 : Math.min(TorchRuntime.workers(), count);
        for (int helper = 1; helper < workers; helper++) {
            helpers(TorchRuntime.workers() - 1).execute(job);
        }
        job.run();
        job.await();
    }

    private static synchronized ThreadPoolExecutor helpers(int size) {
        if (helpers == null) {
            helpers = new ThreadPoolExecutor(
                    size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), WorkerPool::newThread);
            helpers.allowCoreThreadTimeOut(true);
        } else if (size > helpers.getMaximumPoolSize()) {
            helpers.setMaximumPoolSize(size);
            helpers.setCorePoolSize(size);
        } else if (size < helpers.getCorePoolSize()) {
            helpers.setCorePoolSize(size);
            helpers.setMaximumPoolSize(size);
        }
        return helpers;
    }

    private static Thread newThread(Runnable work) {
        Thread thread = new Thread(work, "tribuo-peft-worker-" + STARTED.incrementAndGet());
        thread.setDaemon(true);
        // the class loader of the first caller may belong to an application that is unloaded later
        thread.setContextClassLoader(WorkerPool.class.getClassLoader());
        return thread;
    }

    /** The parts of one call. Each thread that runs it takes parts until none is left. */
    private static final class Job implements Runnable {

        private final int count;
        private final IntConsumer part;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch unfinished;
        private volatile int failedPart = Integer.MAX_VALUE;
        private Throwable failure;

        Job(int count, IntConsumer part) {
            this.count = count;
            this.part = part;
            this.unfinished = new CountDownLatch(count);
        }

        @Override
        public void run() {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                try {
                    if (i < failedPart) {
                        part.accept(i);
                    }
                } catch (RuntimeException | Error e) {
                    fail(i, e);
                } finally {
                    unfinished.countDown();
                }
            }
        }

        private synchronized void fail(int failed, Throwable cause) {
            if (failed < failedPart) {
                failedPart = failed;
                failure = cause;
            }
        }

        /** Waits for the parts of other threads, even when interrupted: they use memory of the caller. */
        void await() {
            boolean interrupted = false;
            while (unfinished.getCount() > 0) {
                try {
                    unfinished.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            synchronized (this) {
                if (failure instanceof RuntimeException e) {
                    throw e;
                }
                if (failure instanceof Error e) {
                    throw e;
                }
            }
        }
    }
}
