package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.TokenizedWords;
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
 * Words in, tags of words out: the alignment between words and pieces that training, development and prediction share. A long sequence becomes
 * several windows, and their answers are put together again.
 *
 * @param head makes logits of words and scores of logits
 * @param outputs the tags that there are
 * @param decoding how a sequence of tags is chosen
 */
record Tagging(OutputHead<Label> head, ImmutableOutputInfo<Label> outputs, Decoding decoding) {

    /** A window of one of several sequences. */
    record Placed(int sequence, TokenizedWords.Window window) {}

    /** The windows of sequences, in order. */
    static List<Placed> windows(BackboneTokenizer tokenizer, List<List<String>> sequences, int maxLength) {
        List<Placed> placed = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            for (TokenizedWords.Window window :
                    tokenizer.encodeWords(sequences.get(i)).windows(maxLength)) {
                placed.add(new Placed(i, window));
            }
        }
        return placed;
    }

    /** The token sequences of windows. */
    static List<TokenSequence> tokens(List<Placed> windows) {
        return windows.stream().map(placed -> placed.window().tokens()).toList();
    }

    /**
     * Chooses exactly one tag for each word.
     *
     * @param lengths the number of words of each sequence
     * @param windows the windows of the sequences
     * @param logits for each window the logits of the words that it answers for
     */
    List<List<String>> tags(List<Integer> lengths, List<Placed> windows, List<float[][]> logits) {
        List<String> names = head.names(outputs);
        return rows(lengths, windows, logits).stream()
                .map(rows ->
                        IntStream.of(decode(rows, names)).mapToObj(names::get).toList())
                .toList();
    }

    /** Makes exactly one prediction for each word, of the tags that {@link #tags} chooses. */
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

    /** The logits of every word of every sequence, put together from the windows. */
    private List<float[][]> rows(List<Integer> lengths, List<Placed> windows, List<float[][]> logits) {
        float[] unread = unread();
        List<float[][]> rows = new ArrayList<>();
        for (int length : lengths) {
            float[][] own = new float[length][];
            Arrays.fill(own, unread);
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

    /** Logits for a word that the tokenizer makes nothing of: surely outside, or else what training saw most. */
    private float[] unread() {
        List<String> names = head.names(outputs);
        float[] logits = new float[names.size()];
        int usual = names.indexOf("O");
        if (usual < 0) {
            long most = -1;
            Map<String, Long> counts = new LinkedHashMap<>();
            outputs.outputCountsIterable().forEach(pair -> counts.put(pair.getA(), pair.getB()));
            for (int id = 0; id < names.size(); id++) {
                long count = counts.getOrDefault(names.get(id), 0L);
                if (count > most) {
                    most = count;
                    usual = id;
                }
            }
        }
        logits[usual] = 20f;
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
