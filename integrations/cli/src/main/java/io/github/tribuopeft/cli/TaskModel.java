package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PredictionListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

    /** Evaluates the model on a labeled data file. */
    EvaluationOutput evaluate(DataOptions options, Path file) throws IOException {
        D data = definition.read(options, file);
        definition.requireKnownOutputs(options, file, definition.outputs(model));
        definition.warmUp(model, data); // the time of loading the backbone does not count
        long start = System.nanoTime();
        TaskResults results = definition.test(model, data);
        double seconds = (System.nanoTime() - start) / 1e9;
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

    /**
     * Predicts for texts or sentences and prints one JSON object for each, and a blank line for a blank text.
     *
     * @param listener receives the number of texts whose lines are printed
     */
    void predict(PredictionInput input, PrintStream out, PredictionListener listener) throws IOException {
        for (int begin = 0; begin < input.size(); begin += BATCH) {
            int end = Math.min(begin + BATCH, input.size());
            for (Map<String, Object> prediction : input.part(begin, end).predict(definition, model)) {
                out.println(prediction == null ? "" : Json.line(prediction));
            }
            listener.onBatch(end, input.size());
        }
    }

    /** Prints how many texts were truncated, if any. */
    void reportTruncation(PrintStream out) {
        if (model.truncatedTexts() > 0) {
            out.println(Counted.of(model.truncatedTexts(), "text was", "texts were")
                    + " longer than the model's limit and truncated");
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
