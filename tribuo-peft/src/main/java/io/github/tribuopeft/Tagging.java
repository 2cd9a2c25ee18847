package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.WordPieces;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.OutputHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceExample;

/**
 * Words in, predictions of words out: the alignment between words and pieces that training, development and prediction share. A long
 * sequence becomes several windows, and their answers are put together again.
 */
final class Tagging {

    /** A window of one of several sequences. */
    record Placed(int sequence, WordPieces.Window window) {}

    private Tagging() {}

    /** The windows of sequences, in order. */
    static List<Placed> windows(BackboneTokenizer tokenizer, List<List<String>> sequences, int maxLength) {
        List<Placed> placed = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            for (WordPieces.Window window : tokenizer.words(sequences.get(i)).windows(maxLength)) {
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
     * Makes exactly one prediction for each word.
     *
     * @param logits for each window the logits of the words that it answers for
     */
    static List<List<Prediction<Label>>> predictions(
            List<SequenceExample<Label>> sequences,
            List<Placed> windows,
            List<float[][]> logits,
            OutputHead<Label> head,
            ImmutableOutputInfo<Label> outputs,
            Decoding decoding) {
        List<float[][]> rows = new ArrayList<>();
        sequences.forEach(sequence -> rows.add(new float[sequence.size()][]));
        for (int i = 0; i < windows.size(); i++) {
            int[] words = windows.get(i).window().words();
            for (int j = 0; j < words.length; j++) {
                rows.get(windows.get(i).sequence())[words[j]] = logits.get(i)[j];
            }
        }
        List<String> names = head.names(outputs);
        float[] unread = unread(names, outputs);
        List<List<Prediction<Label>>> predictions = new ArrayList<>();
        for (int i = 0; i < sequences.size(); i++) {
            List<Prediction<Label>> scored = new ArrayList<>();
            for (int word = 0; word < sequences.get(i).size(); word++) {
                Example<Label> example = sequences.get(i).get(word);
                float[] own = rows.get(i)[word] == null ? unread : rows.get(i)[word];
                scored.add(head.predict(own, outputs, example, example.size()));
            }
            predictions.add(decode(scored, names, decoding));
        }
        return predictions;
    }

    /** Logits for a word that the tokenizer makes nothing of: surely outside, or else what training saw most. */
    private static float[] unread(List<String> names, ImmutableOutputInfo<Label> outputs) {
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

    private static List<Prediction<Label>> decode(
            List<Prediction<Label>> scored, List<String> names, Decoding decoding) {
        List<double[]> scores = new ArrayList<>();
        for (Prediction<Label> prediction : scored) {
            scores.add(names.stream()
                    .mapToDouble(name -> Math.log(Math.max(
                            Double.MIN_NORMAL,
                            prediction.getOutputScores().get(name).getScore())))
                    .toArray());
        }
        int[] path = decoding.decode(scores, names);
        List<Prediction<Label>> decoded = new ArrayList<>();
        for (int word = 0; word < path.length; word++) {
            Prediction<Label> prediction = scored.get(word);
            decoded.add(new Prediction<>(
                    prediction.getOutputScores().get(names.get(path[word])),
                    prediction.getOutputScores(),
                    prediction.getNumActiveFeatures(),
                    prediction.getExample(),
                    prediction.hasProbabilities()));
        }
        return decoded;
    }
}
