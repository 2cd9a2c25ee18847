package io.github.tribuopeft.spark;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts of rows, which tasks add up.
 *
 * @param predicted rows with a prediction
 * @param failed rows with an error
 */
record RowCounts(LongAccumulator predicted, LongAccumulator failed) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Returns counts of zero, which Spark's web interface shows under names with a prefix. */
    static RowCounts register(SparkContext context, String prefix) {
        return new RowCounts(
                context.longAccumulator(prefix + " predicted rows"), context.longAccumulator(prefix + " failed rows"));
    }
}
