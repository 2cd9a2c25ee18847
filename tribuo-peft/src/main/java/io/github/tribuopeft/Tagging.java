package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.WordPieces;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.OutputHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceExample;

/**
 * Tagging of words: the alignment of words and subwords for training, validation and prediction. A long sequence is
 * divided into windows, whose logits are combined again.
 *
 * @param head the head
 * @param outputs the tags
 * @param decoding the decoding of tag sequences
 */
record Tagging(OutputHead<Label> head, ImmutableOutputInfo<Label> outputs, Decoding decoding) {

    /** Window of one of several sequences. */
    record Placed(int sequence, WordPieces.Window window) {}

    /** Returns the windows of sequences, in order. */
    static List<Placed> windows(BackboneTokenizer tokenizer, List<List<String>> sequences, int maxLength) {
        List<Placed> placed = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            for (WordPieces.Window window : tokenizer.words(sequences.get(i)).windows(maxLength)) {
                placed.add(new Placed(i, window));
            }
        }
        return placed;
    }

    /** Returns the token sequences of windows. */
    static List<TokenSequence> tokens(List<Placed> windows) {
        return windows.stream().map(placed -> placed.window().tokens()).toList();
    }

    /**
     * Returns one tag for each word.
     *
     * @param lengths the number of words of each sequence
     * @param windows the windows of the sequences
     * @param logits the logits of the words of each window
     */
    List<List<String>> tags(List<Integer> lengths, List<Placed> windows, List<float[][]> logits) {
        List<String> names = head.names(outputs);
        return rows(lengths, windows, logits).stream()
                .map(rows ->
                        IntStream.of(decode(rows, names)).mapToObj(names::get).toList())
                .toList();
    }

    /** Returns one prediction for each word, with the tags of {@link #tags}. */
    List<List<Prediction<Label>>> predictions(
            List<SequenceExample<Label>> sequences, List<Placed> windows, List<float[][]> logits) {
        List<String> names = head.names(outputs);
        List<float[][]> rows =
                rows(sequences.stream().map(SequenceExample::size).toList(), windows, logits);
        List<List<Prediction<Label>>> predictions = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            int[] path = decode(rows.get(i), names);
            List<Prediction<Label>> own = new ArrayList<>(path.length);
            for (int word = 0; word < path.length; word++) {
                Example<Label> example = sequences.get(i).get(word);
                Prediction<Label> scored =
                        head.predictor().predict(rows.get(i)[word], outputs, example, example.size());
                own.add(choose(scored, names.get(path[word])));
            }
            predictions.add(own);
        }
        return predictions;
    }

    /** Combines the logits of the windows of each sequence. */
    private List<float[][]> rows(List<Integer> lengths, List<Placed> windows, List<float[][]> logits) {
        float[] untokenized = untokenized();
        List<float[][]> rows = new ArrayList<>();
        for (int length : lengths) {
            float[][] own = new float[length][];
            Arrays.fill(own, untokenized);
            rows.add(own);
        }
        for (int i = 0; i < windows.size(); i++) {
            int[] words = windows.get(i).window().words();
            for (int j = 0; j < words.length; j++) {
                rows.get(windows.get(i).sequence())[words[j]] = logits.get(i)[j];
            }
        }
        return rows;
    }

    /** Returns logits for a word without tokens: they predict {@code O}, otherwise the most frequent training tag. */
    private float[] untokenized() {
        List<String> names = head.names(outputs);
        float[] logits = new float[names.size()];
        int frequent = names.indexOf("O");
        if (frequent < 0) {
            long most = -1;
            Map<String, Long> counts = new LinkedHashMap<>();
            outputs.outputCountsIterable().forEach(pair -> counts.put(pair.getA(), pair.getB()));
            for (int id = 0; id < names.size(); id++) {
                long count = counts.getOrDefault(names.get(id), 0L);
                if (count > most) {
                    most = count;
                    frequent = id;
                }
            }
        }
        logits[frequent] = 20f;
        return logits;
    }

    private int[] decode(float[][] rows, List<String> names) {
        List<double[]> scores = new ArrayList<>(rows.length);
        for (float[] row : rows) {
            double[] own = head.predictor().scores(row);
            for (int id = 0; id < own.length; id++) {
                own[id] = Math.log(Math.max(Double.MIN_NORMAL, own[id]));
            }
            scores.add(own);
        }
        return decoding.decode(scores, names);
    }

    private static Prediction<Label> choose(Prediction<Label> scored, String tag) {
        return scored.getOutput().getLabel().equals(tag)
                ? scored
                : new Prediction<>(
                        scored.getOutputScores().get(tag),
                        scored.getOutputScores(),
                        scored.getNumActiveFeatures(),
                        scored.getExample(),
                        scored.hasProbabilities());
    }
}
