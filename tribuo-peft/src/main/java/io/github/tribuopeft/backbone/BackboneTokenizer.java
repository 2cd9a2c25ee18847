package io.github.tribuopeft.backbone;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A backbone's own tokenizer: text to ids, with the special tokens that the backbone was trained with. Safe for many threads. */
public final class BackboneTokenizer implements AutoCloseable {

    private static final int[] NO_MARKS = {};

    /** How byte-level tokenizers write a space. */
    private static final String SPACE = "\u0120";

    private final HuggingFaceTokenizer tokenizer;
    private final String lead;

    BackboneTokenizer(InputStream tokenizerJson) throws IOException {
        // Cutting and padding are done here and in TokenBatch: models of one backbone differ in their maximum length.
        this.tokenizer = HuggingFaceTokenizer.newInstance(
                tokenizerJson, Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
        this.lead = marksSpacesBeforeWords() ? " " : "";
    }

    /** Whether a word inside a text has other pieces than one at its start, as in byte-level BPE. */
    private boolean marksSpacesBeforeWords() {
        return firstPiece(" a").startsWith(SPACE) && !firstPiece("a").startsWith(SPACE);
    }

    private String firstPiece(String text) {
        String[] pieces = tokenizer.encode(text, false, false).getTokens();
        return pieces.length == 0 ? "" : pieces[0];
    }

    /**
     * Tokenises a text. A longer one is cut at the end, before the closing special tokens.
     *
     * @param text any text
     * @param maxLength number of tokens that fit, special tokens included
     */
    public TokenSequence encode(String text, int maxLength) {
        return cut(tokenizer.encode(text), maxLength);
    }

    /** The ids of a text without special tokens. */
    public int[] pieces(String text) {
        return toInts(tokenizer.encode(text, false, false).getIds());
    }

    /**
     * Tokenises words that are split already. Where the tokenizer marks the space before a word, each gets that mark, as in the texts that
     * the backbone has learnt from; this is transformers' {@code add_prefix_space}.
     *
     * @param words any number of words
     * @return the pieces of each word, none for words that the tokenizer drops (such as control characters)
     */
    public WordPieces words(List<String> words) {
        Encoding encoding = tokenizer.encode(words.stream().map(lead::concat).toArray(String[]::new));
        int[] ids = toInts(encoding.getIds());
        long[] special = encoding.getSpecialTokenMask();
        long[] owners = encoding.getWordIds();
        int opening = 0;
        while (opening < ids.length && special[opening] == 1) {
            opening++;
        }
        int closing = 0;
        while (closing < ids.length - opening && special[ids.length - 1 - closing] == 1) {
            closing++;
        }
        List<int[]> pieces = new ArrayList<>(Collections.nCopies(words.size(), new int[0]));
        for (int from = opening, to; from < ids.length - closing; from = to) {
            to = from;
            while (to < ids.length - closing && owners[to] == owners[from]) {
                to++;
            }
            pieces.set(Math.toIntExact(owners[from]), Arrays.copyOfRange(ids, from, to));
        }
        return new WordPieces(
                Arrays.copyOf(ids, opening), pieces, Arrays.copyOfRange(ids, ids.length - closing, ids.length));
    }

    private static TokenSequence cut(Encoding encoding, int maxLength) {
        int[] ids = toInts(encoding.getIds());
        int[] types = toInts(encoding.getTypeIds());
        int dropped = ids.length - maxLength;
        if (dropped <= 0) {
            return new TokenSequence(ids, types, NO_MARKS, 0);
        }
        long[] special = encoding.getSpecialTokenMask();
        int closing = 0;
        while (closing < maxLength && special[ids.length - 1 - closing] == 1) {
            closing++;
        }
        int kept = maxLength - closing;
        int[] order = IntStream.concat(IntStream.range(0, kept), IntStream.range(ids.length - closing, ids.length))
                .toArray();
        return new TokenSequence(pick(ids, order), pick(types, order), NO_MARKS, dropped);
    }

    private static int[] pick(int[] values, int[] order) {
        return IntStream.of(order).map(i -> values[i]).toArray();
    }

    private static int[] toInts(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
