package io.github.tribuopeft.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.DecodingBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Selection of the next tokens of the texts of a batch by the settings of their requests. Each text has a stream of
 * random numbers of its own, so its tokens do not depend on other texts.
 */
final class TokenSelection {

    /** Number of settings of a text, see {@code sampling.py}. */
    private static final int SETTINGS = 5;

    private TokenSelection() {}

    /**
     * Selects a token for each text.
     *
     * @param texts the texts of the batch, in its order
     */
    static long[] choose(DecodingBatch batch, List<GrowingText> texts) {
        boolean sampled = texts.stream().anyMatch(text -> text.request().temperature() > 0);
        boolean penalized = texts.stream().anyMatch(text -> text.request().repetitionPenalty() != 1);
        if (!sampled && !penalized) {
            return batch.choose(Map.of());
        }
        try (NDManager scope = batch.logits().getManager().newSubManager()) {
            Map<String, NDArray> selection = new HashMap<>();
            selection.put("settings", scope.create(settings(texts), new Shape(texts.size(), SETTINGS)));
            if (sampled) {
                double[] random =
                        texts.stream().mapToDouble(GrowingText::nextRandom).toArray();
                selection.put("random", scope.create(random, new Shape(texts.size(), 1)));
            }
            if (penalized) {
                selection.put("occurred", occurred(scope, texts));
            }
            return batch.choose(selection);
        }
    }

    private static double[] settings(List<GrowingText> texts) {
        double[] settings = new double[texts.size() * SETTINGS];
        for (int i = 0; i < texts.size(); i++) {
            GenerationRequest request = texts.get(i).request();
            double[] row = {
                request.temperature(), request.topK(), request.topP(), request.minP(), request.repetitionPenalty()
            };
            System.arraycopy(row, 0, settings, i * SETTINGS, SETTINGS);
        }
        return settings;
    }

    /** Returns the ids of the tokens of each text [B, n]; shorter texts repeat their last token. */
    private static NDArray occurred(NDManager scope, List<GrowingText> texts) {
        int width = texts.stream().mapToInt(GrowingText::length).max().orElseThrow();
        long[] ids = new long[texts.size() * width];
        for (int i = 0; i < texts.size(); i++) {
            for (int t = 0; t < width; t++) {
                ids[i * width + t] = texts.get(i).token(Math.min(t, texts.get(i).length() - 1));
            }
        }
        return scope.create(ids, new Shape(texts.size(), width));
    }
}
