package io.github.tribuopeft.serving;

import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.training.LengthBatches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of a call, and their division into batches.
 *
 * @param models the model of each row
 * @param sequences the tokens of each row
 */
record BankRows(List<BankedModel<?>> models, List<TokenSequence> sequences) {

    /**
     * Returns the indices of the rows of each batch. The models of a batch have the same layout, and its sequences have
     * similar lengths.
     *
     * @param batchTokens maximum number of tokens in a batch, padding included; a longer sequence is a batch of its own
     * @param stackedBytes maximum number of bytes of the stacked adapters of a batch with several models
     */
    List<int[]> batches(int batchTokens, long stackedBytes) {
        Map<BatchLayout, List<Integer>> groups = new LinkedHashMap<>();
        for (int row = 0; row < models.size(); row++) {
            groups.computeIfAbsent(models.get(row).layout(), layout -> new ArrayList<>())
                    .add(row);
        }
        List<int[]> batches = new ArrayList<>();
        groups.forEach((layout, rows) -> {
            long bytes = Math.max(1, layout.values()) * Float.BYTES;
            int maxStacked = (int) Math.min(rows.size(), Math.max(1, stackedBytes / bytes));
            for (int[] batch : LengthBatches.forPrediction(
                    rows.size(), i -> sequences.get(rows.get(i)).length(), batchTokens)) {
                int[] indices = Arrays.stream(batch).map(rows::get).toArray();
                addParts(indices, hasOneModel(indices) ? indices.length : maxStacked, batches);
            }
        });
        return batches;
    }

    private boolean hasOneModel(int[] rows) {
        return Arrays.stream(rows).mapToObj(models::get).distinct().count() == 1;
    }

    private static void addParts(int[] rows, int size, List<int[]> parts) {
        for (int start = 0; start < rows.length; start += size) {
            parts.add(Arrays.copyOfRange(rows, start, Math.min(rows.length, start + size)));
        }
    }

    /** Returns the batch of some rows. */
    BankBatch batch(int[] rows) {
        return new BankBatch(
                Arrays.stream(rows).<BankedModel<?>>mapToObj(models::get).toList(),
                Arrays.stream(rows).mapToObj(sequences::get).toList());
    }
}
