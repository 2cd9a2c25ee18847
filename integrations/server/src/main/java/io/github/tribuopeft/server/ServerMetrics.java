package io.github.tribuopeft.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/** Metrics of a server, in the text format of Prometheus. */
final class ServerMetrics {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicInteger queues = new AtomicInteger();
    private final DistributionSummary batches = DistributionSummary.builder("peft.batch.texts")
            .description("Texts that were predicted together")
            .publishPercentiles(0.5, 0.99)
            .register(registry);

    /** Records the number of texts of a batch. */
    void batch(int texts) {
        batches.record(texts);
    }

    /** Observes the number of waiting texts of a queue. */
    <Q> void queue(Q queue, ToDoubleFunction<Q> texts) {
        Gauge.builder("peft.queue.texts", queue, texts)
                .description("Texts that wait")
                .tag("queue", Integer.toString(queues.getAndIncrement()))
                .register(registry);
    }

    /**
     * Records an answered request.
     *
     * @param model name of an existing model; other names would be without bound
     */
    void answered(String model, String operation, Duration duration, long items) {
        Timer.builder("peft.request")
                .description("Time from the arrival of a request to its answer")
                .tag("model", model)
                .tag("operation", operation)
                .publishPercentiles(0.5, 0.99)
                .register(registry)
                .record(duration);
        Counter.builder(operation.equals("generate") ? "peft.tokens" : "peft.texts")
                .description("Tokens that were generated, or texts that were predicted")
                .tag("model", model)
                .register(registry)
                .increment(items);
    }

    /** Records a failed request by its status code. */
    void failed(int status) {
        Counter.builder("peft.failures")
                .description("Requests that failed, by status code")
                .tag("status", Integer.toString(status))
                .register(registry)
                .increment();
    }

    /** Returns all metrics. */
    String scrape() {
        return registry.scrape();
    }
}
