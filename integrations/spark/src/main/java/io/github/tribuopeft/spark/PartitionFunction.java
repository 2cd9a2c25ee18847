package io.github.tribuopeft.spark;

import io.github.tribuopeft.InferenceOptions;
import java.io.IOException;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Predicts for the rows of a partition in an executor.
 *
 * @param model the model
 * @param device the device of predictions
 * @param batchTokens maximum number of tokens in a batch
 * @param textColumn index of the column with texts
 * @param batchRows number of rows for which one call predicts
 * @param counts receives the numbers of rows
 */
record PartitionFunction(
        Broadcast<ModelContent> model, String device, int batchTokens, int textColumn, int batchRows, RowCounts counts)
        implements MapPartitionsFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws IOException {
        ExecutorModels.Lease lease = ExecutorModels.open(
                model.value(), InferenceOptions.DEFAULT.withDevice(device).withBatchTokens(batchTokens));
        // Also called when the task fails or its rows are not read to the end.
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> lease.close());
        return new PredictedRows(rows, textColumn, batchRows, TextPredictor.of(lease.model()), counts);
    }
}
