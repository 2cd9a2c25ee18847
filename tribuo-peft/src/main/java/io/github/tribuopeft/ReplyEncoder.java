package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.training.TrainingItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Conversion of prompts and replies to tokens and to the tokens that a language model predicts. The last token is a
 * target only, so a sequence does not contain it.
 *
 * @param tokenizer the tokenizer of the backbone
 * @param endToken the token that ends a reply; empty if it is not known
 * @param maxLength maximum number of tokens of prompt and reply or of a window, special tokens included
 */
record ReplyEncoder(BackboneTokenizer tokenizer, OptionalInt endToken, int maxLength) {

    /**
     * Encodes a reply, whose tokens and end token are predicted, or a text without a prompt, all of whose tokens are
     * predicted in windows.
     *
     * @param prompt the prompt; empty for a plain text
     * @return one item, or one for each window of a plain text; none if nothing can be predicted
     */
    List<TrainingItem> encode(String prompt, String reply, float weight) {
        return prompt.isEmpty() ? windows(reply, weight) : List.of(reply(prompt, reply, weight));
    }

    /**
     * Encodes a reply. A prompt that is too long loses tokens after its opening special tokens, because its end matters
     * most; a reply that is too long loses its end and the end token.
     */
    private TrainingItem reply(String prompt, String reply, float weight) {
        int[] before = tokenizer.encodeBeginning(prompt);
        int[] after = withEnd(continuation(before, prompt, reply));
        int opening = Math.min(opening().length, before.length);
        int[] kept = Arrays.copyOf(after, Math.min(after.length, Math.max(1, maxLength - opening - 1)));
        int dropped = before.length + after.length - maxLength;
        if (dropped > 0) {
            int end = Math.max(opening, maxLength - kept.length) - opening;
            before = concatenate(
                    Arrays.copyOf(before, opening),
                    Arrays.copyOfRange(before, Math.max(opening, before.length - end), before.length));
        }
        return item(concatenate(before, kept), before.length, Math.max(0, dropped), weight);
    }

    /**
     * Returns the tokens of a reply after a prompt: those that the tokenizer makes of both together or, where it joins
     * characters of both in one token, those of the reply alone, because generation continues the prompt's own tokens.
     */
    private int[] continuation(int[] before, String prompt, String reply) {
        int[] both = tokenizer.encodeBeginning(prompt + reply);
        return both.length >= before.length && Arrays.equals(both, 0, before.length, before, 0, before.length)
                ? Arrays.copyOfRange(both, before.length, both.length)
                : tokenizer.encodeWithoutSpecialTokens(reply);
    }

    private int[] withEnd(int[] reply) {
        boolean ended = endToken.isEmpty() || reply.length > 0 && reply[reply.length - 1] == endToken.getAsInt();
        return ended ? reply : concatenate(reply, new int[] {endToken.getAsInt()});
    }

    /** Divides a plain text into windows, each with the special tokens that open a text. */
    private List<TrainingItem> windows(String text, float weight) {
        int[] opening = opening();
        int[] ids = tokenizer.encodeWithoutSpecialTokens(text);
        int room = maxLength - opening.length;
        List<TrainingItem> windows = new ArrayList<>();
        for (int start = 0; start < ids.length; start += room) {
            int[] window = Arrays.copyOfRange(ids, start, Math.min(ids.length, start + room));
            if (opening.length + window.length > 1) { // without an opening token, the first token is not predicted
                windows.add(item(concatenate(opening, window), Math.max(1, opening.length), 0, weight));
            }
        }
        return windows;
    }

    private int[] opening() {
        return tokenizer.encodeBeginning("");
    }

    /**
     * Creates an item.
     *
     * @param ids all tokens
     * @param first index of the first token to predict, at least 1
     */
    private static TrainingItem item(int[] ids, int first, int dropped, float weight) {
        int begin = Math.max(1, first);
        int[] inputs = Arrays.copyOf(ids, Math.max(1, ids.length - 1));
        int[] states =
                IntStream.range(begin - 1, Math.max(begin, ids.length) - 1).toArray();
        float[][] targets = new float[states.length][];
        for (int i = 0; i < states.length; i++) {
            targets[i] = new float[] {ids[begin + i]};
        }
        return new TrainingItem(new TokenSequence(inputs, new int[inputs.length], states, dropped), targets, weight);
    }

    private static int[] concatenate(int[] first, int[] second) {
        return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
    }
}
