package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Model with its task.
 *
 * @param task the task
 * @param definition the definition of the task
 * @param model the model
 * @param <D> the type of dataset
 * @param <M> the type of model
 */
record TaskModel<D, M extends AdaptedModel>(Task task, TaskDefinition<D, M> definition, M model)
        implements AutoCloseable {

    /**
     * Number of texts for which {@link #predict} predicts at once. Their lines are printed before the next batch
     * begins.
     */
    static final int BATCH = 256;

    /** Evaluates the model on a labeled data file and prints the results. */
    EvaluationOutput evaluate(DataOptions options, Path file) throws IOException {
        D data = definition.read(options, file);
        definition.requireKnownOutputs(options, file, definition.outputs(model));
        definition.warmUp(model, data); // the time of loading the backbone does not count
        long start = System.nanoTime();
        TaskResults results = definition.test(model, data);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.println(results.table());
        reportTruncation(System.out);
        return new EvaluationOutput(metrics(results, seconds), results, seconds);
    }

    private Map<String, Object> metrics(TaskResults results, double seconds) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("task", task.id());
        metrics.put("examples", results.examples());
        metrics.put("seconds", seconds);
        metrics.put("examplesPerSecond", results.examples() / seconds);
        metrics.put("truncatedExamples", model.truncatedTexts());
        metrics.putAll(results.metrics());
        return metrics;
    }

    /** Predicts for texts and prints one JSON object for each. */
    void predict(List<String> texts, PrintStream out) throws IOException {
        for (int begin = 0; begin < texts.size(); begin += BATCH) {
            List<String> batch = texts.subList(begin, Math.min(begin + BATCH, texts.size()));
            for (Map<String, Object> prediction : definition.predict(model, batch)) {
                out.println(Json.line(prediction));
            }
        }
        reportTruncation(System.err);
    }

    private void reportTruncation(PrintStream out) {
        if (model.truncatedTexts() > 0) {
            out.printf("%,d texts are longer than the model's limit and were truncated%n", model.truncatedTexts());
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
