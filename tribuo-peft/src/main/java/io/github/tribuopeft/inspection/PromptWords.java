package io.github.tribuopeft.inspection;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Words of the vocabulary whose embeddings are nearest to the rows of a prompt. They may mislead: prompts that are close
 * to any given text can solve a task equally well (Khashabi et al. 2022, Prompt Waywardness).
 *
 * @param scale root mean square of the values of all word embeddings
 * @param rows the rows of the prompt
 * @param control as many rows of Gaussian noise with the same norms
 */
public record PromptWords(double scale, List<Row> rows, List<Row> control) {

    private static final int NEAREST = 10;
    private static final long SEED = 1;

    /**
     * Nearest words of a row.
     *
     * @param rms root mean square of its values
     * @param words texts of the ten nearest tokens by cosine similarity, the nearest first
     * @param cosine cosine similarity of the nearest token in [-1, 1]
     */
    public record Row(double rms, List<String> words, double cosine) {

        public Row {
            words = List.copyOf(words);
        }
    }

    public PromptWords {
        rows = List.copyOf(rows);
        control = List.copyOf(control);
    }

    /** Finds the nearest words of the rows of a prompt [1, P, E]. */
    static PromptWords of(Backbone backbone, Tensor prompt) {
        int[] ids = IntStream.range(0, backbone.dimensions().vocabulary()).toArray();
        float[] table = backbone.wordEmbeddings(ids).values();
        int width = table.length / ids.length;
        double[] norms =
                IntStream.of(ids).mapToDouble(id -> norm(table, id, width)).toArray();
        SplittableRandom random = new SplittableRandom(SEED);
        List<Row> rows = new ArrayList<>();
        List<Row> control = new ArrayList<>();
        for (int i = 0; i < prompt.size() / width; i++) {
            float[] row = Arrays.copyOfRange(prompt.values(), i * width, (i + 1) * width);
            float[] noise = new float[width];
            for (int k = 0; k < width; k++) {
                noise[k] = (float) random.nextGaussian();
            }
            double rms = norm(row, 0, width) / Math.sqrt(width);
            rows.add(row(backbone, table, norms, row, rms));
            control.add(row(backbone, table, norms, noise, rms));
        }
        return new PromptWords(norm(table, 0, table.length) / Math.sqrt(table.length), rows, control);
    }

    private static Row row(Backbone backbone, float[] table, double[] norms, float[] row, double rms) {
        double norm = norm(row, 0, row.length);
        double[] cosines = new double[norms.length];
        for (int id = 0; id < norms.length; id++) {
            double dot = 0;
            for (int k = 0; k < row.length; k++) {
                dot += (double) row[k] * table[id * row.length + k];
            }
            cosines[id] = norms[id] == 0 ? 0 : dot / (norm * norms[id]);
        }
        List<Integer> nearest = IntStream.range(0, cosines.length)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -cosines[id]))
                .limit(NEAREST)
                .toList();
        return new Row(
                rms, nearest.stream().map(id -> backbone.tokenizer().decode(id)).toList(), cosines[nearest.get(0)]);
    }

    private static double norm(float[] values, int row, int width) {
        double sum = 0;
        for (int k = row * width; k < (row + 1) * width; k++) {
            sum += (double) values[k] * values[k];
        }
        return Math.sqrt(sum);
    }

    /**
     * Returns the share of this prompt's nearest words that are also nearest words of another prompt, in [0, 1]. Rows have
     * no order, so all words of a prompt form one set.
     */
    public double overlap(PromptWords other) {
        return overlap(rows, other.rows);
    }

    /** Returns the same share for the random rows of this prompt, which is the overlap by chance. */
    public double controlOverlap(PromptWords other) {
        return overlap(control, other.rows);
    }

    private static double overlap(List<Row> rows, List<Row> others) {
        Set<String> words = words(rows);
        Set<String> known = words(others);
        return words.stream().filter(known::contains).count() / (double) words.size();
    }

    private static Set<String> words(List<Row> rows) {
        return rows.stream().flatMap(row -> row.words().stream()).collect(Collectors.toSet());
    }
}
