package io.github.tribuopeft.server;

import io.github.tribuopeft.serving.PromptBank;
import io.github.tribuopeft.serving.PromptBank.Answer;
import io.github.tribuopeft.serving.PromptBank.Query;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Requests for the models of one backbone. A worker takes those that wait, of whatever models, and predicts them
 * together. Clients take turns, so one with many requests does not delay the others.
 */
final class BatchQueue implements AutoCloseable {

    private final PromptBank bank;
    private final ServerLimits limits;
    private final ServerMetrics metrics;
    private final Map<String, ArrayDeque<Request>> waiting = new LinkedHashMap<>(); // by client, in turn
    private final List<Thread> workers;
    private int texts;
    private boolean closed;

    /**
     * Creates a queue, which owns its bank.
     *
     * @param workers number of threads that predict batches, each its own
     */
    BatchQueue(PromptBank bank, int workers, ServerLimits limits, ServerMetrics metrics) {
        this.bank = bank;
        this.limits = limits;
        this.metrics = metrics;
        this.workers =
                IntStream.rangeClosed(1, workers).mapToObj(this::newWorker).toList();
        this.workers.forEach(Thread::start);
        metrics.queue(this, BatchQueue::texts);
    }

    private Thread newWorker(int number) {
        Thread worker = new Thread(this::work, "tribuo-peft-batches-" + number);
        worker.setDaemon(true);
        return worker;
    }

    /** A request that waits. */
    private record Request(List<Query> queries, long arrival, CompletableFuture<List<Answer>> answers) {}

    PromptBank bank() {
        return bank;
    }

    /** Returns the number of texts that wait. */
    synchronized int texts() {
        return texts;
    }

    /**
     * Adds a request. Its future is completed by a worker, so actions that take long need an executor. A request whose
     * future was cancelled, or is over its deadline, is not computed.
     *
     * @param client takes turns with the other clients
     * @param deadline time after which the future fails with a {@link java.util.concurrent.TimeoutException}
     * @throws ApiException if too many texts wait, or the server stops
     */
    synchronized CompletableFuture<List<Answer>> submit(String client, List<Query> queries, Duration deadline) {
        if (closed) {
            throw new ApiException(503, "The server is stopping");
        }
        if (texts + queries.size() > limits.queuedTexts()) {
            throw new ApiException(
                    429, texts + " texts wait; at most " + limits.queuedTexts() + " can. Try again later");
        }
        CompletableFuture<List<Answer>> answers =
                new CompletableFuture<List<Answer>>().orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
        Request request = new Request(queries, System.nanoTime(), answers);
        waiting.computeIfAbsent(client, name -> new ArrayDeque<>()).add(request);
        texts += queries.size();
        notifyAll();
        return request.answers();
    }

    private void work() {
        try {
            for (List<Request> batch = take(); !batch.isEmpty(); batch = take()) {
                run(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for requests and takes those of the next batch; none if the queue is closed and empty. */
    private synchronized List<Request> take() throws InterruptedException {
        List<Request> batch = new ArrayList<>();
        while (batch.isEmpty() && awaitBatch()) {
            int size = 0;
            while (texts > 0 && size < limits.batchTexts()) {
                Request request = next();
                if (!request.answers().isDone()) {
                    batch.add(request);
                    size += request.queries().size();
                }
            }
        }
        return batch;
    }

    /** Waits for the first request and then for others. Returns whether there are requests; if not, it is closed. */
    private boolean awaitBatch() throws InterruptedException {
        while (texts == 0) {
            if (closed) {
                return false;
            }
            wait();
        }
        long end = oldest() + limits.batchWait().toNanos();
        for (long left = end - System.nanoTime();
                left > 0 && texts < limits.batchTexts() && !closed;
                left = end - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }

    private long oldest() {
        return waiting.values().stream()
                .mapToLong(requests -> requests.getFirst().arrival())
                .min()
                .orElseThrow();
    }

    /** Removes the next request of the client whose turn it is. */
    private Request next() {
        Iterator<Map.Entry<String, ArrayDeque<Request>>> clients =
                waiting.entrySet().iterator();
        Map.Entry<String, ArrayDeque<Request>> turn = clients.next();
        Request request = turn.getValue().removeFirst();
        clients.remove();
        if (!turn.getValue().isEmpty()) {
            waiting.put(turn.getKey(), turn.getValue()); // behind the others
        }
        texts -= request.queries().size();
        return request;
    }

    private void run(List<Request> batch) {
        List<Query> queries =
                batch.stream().flatMap(request -> request.queries().stream()).toList();
        List<Answer> answers;
        try {
            answers = bank.answer(queries);
        } catch (RuntimeException | Error e) {
            fail(batch, e);
            return;
        }
        metrics.batch(queries.size());
        int first = 0;
        for (Request request : batch) {
            int end = first + request.queries().size();
            request.answers().complete(answers.subList(first, end));
            first = end;
        }
    }

    /** Finds the requests that fail; the others of the batch are answered. */
    private void fail(List<Request> batch, Throwable error) {
        if (batch.size() == 1) {
            batch.get(0).answers().completeExceptionally(error);
        } else {
            batch.forEach(request -> run(List.of(request)));
        }
    }

    /** Answers the requests that wait, and closes the bank. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        bank.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
