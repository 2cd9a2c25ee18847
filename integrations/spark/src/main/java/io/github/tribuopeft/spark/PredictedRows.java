package io.github.tribuopeft.spark;

import io.github.tribuopeft.data.Whitespace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Rows of a partition with two further columns, prediction and error, one of which is null. */
final class PredictedRows implements Iterator<Row> {

    private final Iterator<Row> rows;
    private final int textColumn;
    private final int batchRows;
    private final TextPredictor predictor;
    private final RowCounts counts;
    private final Deque<Row> ready = new ArrayDeque<>();

    /**
     * Creates the iterator.
     *
     * @param rows the rows of the partition
     * @param textColumn index of the column with texts
     * @param batchRows number of rows for which one call predicts, at least 1
     * @param predictor the model
     * @param counts receives the numbers of rows
     */
    PredictedRows(Iterator<Row> rows, int textColumn, int batchRows, TextPredictor predictor, RowCounts counts) {
        this.rows = rows;
        this.textColumn = textColumn;
        this.batchRows = batchRows;
        this.predictor = predictor;
        this.counts = counts;
    }

    @Override
    public boolean hasNext() {
        return !ready.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The partition has no more rows");
        }
        if (ready.isEmpty()) {
            predictBatch();
        }
        return ready.remove();
    }

    private void predictBatch() {
        List<Row> batch = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        while (batch.size() < batchRows && rows.hasNext()) {
            Row row = rows.next();
            batch.add(row);
            if (error(row) == null) {
                texts.add(row.getString(textColumn));
            }
        }
        Iterator<Row> predictions = predictor.predict().apply(texts).iterator();
        for (Row row : batch) {
            String error = error(row);
            ready.add(extended(row, error == null ? predictions.next() : null, error));
        }
        counts.predicted().add(texts.size());
        counts.failed().add((long) batch.size() - texts.size());
    }

    /** Returns why there is no prediction for a row; null if there is one. */
    private String error(Row row) {
        if (row.isNullAt(textColumn)) {
            return "The text is null";
        }
        return Whitespace.isBlank(row.getString(textColumn)) ? "The text is blank" : null;
    }

    private static Row extended(Row row, Row prediction, String error) {
        Object[] values = new Object[row.size() + 2];
        for (int i = 0; i < row.size(); i++) {
            values[i] = row.get(i);
        }
        values[row.size()] = prediction;
        values[row.size() + 1] = error;
        return RowFactory.create(values);
    }
}
