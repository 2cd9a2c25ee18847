package io.github.tribuopeft.backbone;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A backbone's own tokenizer: text to ids, with the special tokens that the backbone was trained with. Safe for many threads. */
public final class BackboneTokenizer implements AutoCloseable {

    private static final int[] NO_MARKS = {};

    /** The largest known files have 35 MB. */
    private static final int MOST_BYTES = 128 << 20;
    /** The library's expressions give up, and end the JVM, on runs of some millions of blanks. */
    private static final int MOST_CHARACTERS = 1_000_000;

    private final TokenizerJson json;
    private final HuggingFaceTokenizer tokenizer;
    /** The one for single words; made when it is first needed, since few callers have any. */
    private HuggingFaceTokenizer ofWords;

    /**
     * Reads a tokenizer.
     *
     * @throws IOException if the stream cannot be read or does not hold a {@code tokenizer.json} that is safe to use
     */
    BackboneTokenizer(InputStream tokenizerJson) throws IOException {
        byte[] bytes;
        try (tokenizerJson) {
            bytes = tokenizerJson.readNBytes(MOST_BYTES + 1);
        }
        try {
            this.json = parse(bytes);
            json.addedTokens().check();
            this.tokenizer = open(json);
        } catch (IOException | RuntimeException e) {
            throw new IOException("it is no tokenizer.json: " + e.getMessage(), e);
        }
    }

    private static TokenizerJson parse(byte[] bytes) throws IOException {
        if (bytes.length > MOST_BYTES) {
            throw new IOException("it has more than " + MOST_BYTES + " bytes");
        }
        try {
            return TokenizerJson.parse(bytes);
        } catch (OutOfMemoryError e) {
            throw new IOException("its " + bytes.length + " bytes do not fit into the Java heap of "
                    + Runtime.getRuntime().maxMemory() + " bytes; set a larger one with -Xmx");
        }
    }

    private static HuggingFaceTokenizer open(TokenizerJson tokenizer) throws IOException {
        // Cutting and padding are done here and in TokenBatch: models of one backbone differ in their maximum length.
        return HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(tokenizer.bytes()),
                Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
    }

    /**
     * Tokenizes a text. A longer one is cut at the end, before the closing special tokens. An empty one is read as a space where the tokenizer adds no
     * special tokens, so that there is always a state to look at.
     *
     * @param text any text
     * @param maxLength number of tokens that fit, special tokens included
     * @throws BackboneException if the tokenizer turns out to be broken
     * @throws IllegalArgumentException if the text has more than a million characters, or special tokens leave no room
     *     for it
     */
    public TokenSequence encode(String text, int maxLength) {
        requireLength(text.length());
        Encoding encoding = sound(() -> tokenizer.encode(text));
        return cut(encoding.getIds().length == 0 ? tokenizer.encode(" ") : encoding, maxLength);
    }

    /**
     * The ids of a text without special tokens.
     *
     * @throws IllegalArgumentException if the text has more than a million characters
     */
    public int[] encodeWithoutSpecialTokens(String text) {
        requireLength(text.length());
        return toInts(sound(() -> tokenizer.encode(text, false, false)).getIds());
    }

    /**
     * Tokenizes words that are split already, each as it would be after a space.
     *
     * @param words any number of words
     * @return the pieces of each word, none for words that the tokenizer drops (such as control characters)
     * @throws IllegalArgumentException if the words have more than a million characters together
     */
    public TokenizedWords encodeWords(List<String> words) {
        requireLength(words.stream().mapToLong(String::length).sum());
        String[] own = words.toArray(String[]::new); // a new array: the tokenizer may write to it
        HuggingFaceTokenizer ofWords = ofWords();
        Encoding encoding = sound(() -> ofWords.encode(own));
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
        return new TokenizedWords(
                Arrays.copyOf(ids, opening), pieces, Arrays.copyOfRange(ids, ids.length - closing, ids.length));
    }

    private synchronized HuggingFaceTokenizer ofWords() {
        if (ofWords == null) {
            try {
                Optional<TokenizerJson> other = json.withPrefixSpace();
                ofWords = other.isPresent() ? open(other.get()) : tokenizer;
            } catch (IOException e) {
                throw new BackboneException("The tokenizer takes no single words: " + e.getMessage(), e);
            }
        }
        return ofWords;
    }

    private static void requireLength(long characters) {
        if (characters > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "A text has " + characters + " characters; at most " + MOST_CHARACTERS + " can be tokenized");
        }
    }

    /** The largest id that a token can have, -1 if there are none. */
    int largestId() {
        return json.largestId();
    }

    /** The largest token type id. */
    int largestTypeId() {
        return json.largestTypeId();
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
        int opening = 0;
        while (opening < kept && special[opening] == 1) {
            opening++;
        }
        requireRoom(kept - opening, maxLength);
        int[] order = IntStream.concat(IntStream.range(0, kept), IntStream.range(ids.length - closing, ids.length))
                .toArray();
        return new TokenSequence(pick(ids, order), pick(types, order), NO_MARKS, dropped);
    }

    /** Refuses to give only special tokens to a model, which would then say the same of all texts. */
    static void requireRoom(int room, int maxLength) {
        if (room < 1) {
            throw new IllegalArgumentException("A maximum length of " + maxLength
                    + " tokens leaves no room for a text: the tokenizer adds as many special tokens");
        }
    }

    private static int[] pick(int[] values, int[] order) {
        return IntStream.of(order).map(i -> values[i]).toArray();
    }

    /** An encoding, or the error of a tokenizer that was read but is broken all the same. */
    private static Encoding sound(Supplier<Encoding> encode) {
        try {
            return encode.get();
        } catch (RuntimeException e) {
            throw new BackboneException("The tokenizer failed on a text: " + e.getMessage(), e);
        }
    }

    private static int[] toInts(long[] values) {
        return Arrays.stream(values).mapToInt(BackboneTokenizer::toInt).toArray();
    }

    private static int toInt(long id) {
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw new BackboneException("The tokenizer gave a token the number " + id + ", which no vocabulary has");
        }
        return (int) id;
    }

    @Override
    public synchronized void close() {
        tokenizer.close();
        if (ofWords == null) {
            ofWords = tokenizer; // closed, so that who comes late gets an error rather than a new one
        }
        ofWords.close();
    }
}
