package io.github.tribuopeft.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients that each send a request as soon as the one before is answered. */
final class ClosedLoop {

    /** Request of a client. */
    @FunctionalInterface
    interface Request {

        /** Sends a request and returns whether it was answered; others do not count. */
        boolean send(SplittableRandom random) throws Exception;
    }

    private ClosedLoop() {}

    /** Prints throughput and quantiles of the time of a request, and returns the number of answers. */
    static long run(String name, int clients, double seconds, Request request)
            throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<List<Long>>> running = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                SplittableRandom random = new SplittableRandom(client);
                running.add(threads.submit(() -> times(request, random, end)));
            }
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> client : running) {
                all.addAll(client.get());
            }
            print(name, clients, all, (System.nanoTime() - begin) / 1e9);
            return all.size();
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Long> times(Request request, SplittableRandom random, long end) throws Exception {
        List<Long> times = new ArrayList<>();
        for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
            if (request.send(random)) {
                times.add(System.nanoTime() - start);
            }
        }
        return times;
    }

    private static void print(String name, int clients, List<Long> times, double seconds) {
        long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%s, %d clients: %d answers, %.1f a second, p50 %.1f ms, p99 %.1f ms%n",
                name,
                clients,
                sorted.length,
                sorted.length / seconds,
                quantile(sorted, 0.5),
                quantile(sorted, 0.99));
    }

    private static double quantile(long[] sorted, double share) {
        return Arrays.stream(sorted)
                        .skip((long) (share * (sorted.length - 1)))
                        .findFirst()
                        .orElse(0)
                / 1e6;
    }
}
