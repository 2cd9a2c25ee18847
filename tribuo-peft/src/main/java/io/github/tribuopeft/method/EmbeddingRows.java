package io.github.tribuopeft.method;

import io.github.tribuopeft.backbone.Backbone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Word embeddings of a backbone as rows. */
final class EmbeddingRows {

    private EmbeddingRows() {}

    /** Returns the embedding of each id. */
    static List<float[]> of(Backbone backbone, int[] ids) {
        if (ids.length == 0) {
            return List.of();
        }
        float[] values = backbone.wordEmbeddings(ids).values();
        int width = values.length / ids.length;
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            rows.add(Arrays.copyOfRange(values, i * width, (i + 1) * width));
        }
        return rows;
    }

    /** Returns one row with the mean of rows; no row if there are none. */
    static List<float[]> mean(List<float[]> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        float[] mean = new float[rows.get(0).length];
        for (float[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / rows.size();
            }
        }
        return List.of(mean);
    }
}
