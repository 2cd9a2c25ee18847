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

/**
 * Tokenizer of a backbone: texts to token ids, with the special tokens of the pretraining, and back. Safe for concurrent
 * use.
 */
public final class BackboneTokenizer implements AutoCloseable {

    private static final int[] NO_WORDS = {};

    /** Known files have up to 35 MB. */
    private static final int MAX_BYTES = 128 << 20;
    /** The library's regular expressions fail and crash the JVM at a few million spaces in a row. */
    private static final int MAX_CHARACTERS = 1_000_000;

    private final TokenizerJson json;
    private final HuggingFaceTokenizer tokenizer;
    /** Tokenizer for words, opened when it is first needed. */
    private HuggingFaceTokenizer wordTokenizer;

    /**
     * Reads a tokenizer.
     *
     * @throws IOException if the stream cannot be read or is not a {@code tokenizer.json} that is safe to use
     */
    BackboneTokenizer(InputStream tokenizerJson) throws IOException {
        byte[] bytes;
        try (tokenizerJson) {
            bytes = tokenizerJson.readNBytes(MAX_BYTES + 1);
        }
        try {
            this.json = parse(bytes);
            json.addedTokens().check();
            this.tokenizer = open(json);
        } catch (IOException | RuntimeException e) {
            throw new IOException("it is not a valid tokenizer.json: " + e.getMessage(), e);
        }
    }

    private static TokenizerJson parse(byte[] bytes) throws IOException {
        if (bytes.length > MAX_BYTES) {
            throw new IOException("it has more than " + MAX_BYTES + " bytes");
        }
        try {
            return TokenizerJson.parse(bytes);
        } catch (OutOfMemoryError e) {
            throw new IOException("its " + bytes.length + " bytes do not fit into the Java heap of "
                    + Runtime.getRuntime().maxMemory() + " bytes; set a larger one with -Xmx");
        }
    }

    private static HuggingFaceTokenizer open(TokenizerJson tokenizer) throws IOException {
        // This class truncates and TokenBatch pads, since the maximum length differs between models of one backbone.
        return HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(tokenizer.bytes()),
                Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false"));
    }

    /**
     * Tokenizes a text. A text that is too long is truncated at its end, before the trailing special tokens. If a text
     * has no tokens, a space is tokenized instead, so that there is at least one hidden state.
     *
     * @param text any text
     * @param maxLength maximum number of tokens, special tokens included
     * @throws BackboneException if the tokenizer fails
     * @throws IllegalArgumentException if the text has more than a million characters, or if {@code maxLength} is not
     *     larger than the number of special tokens
     */
    public TokenSequence encode(String text, int maxLength) {
        requireLength(text.length());
        Encoding encoding = run(() -> tokenizer.encode(text));
        return encoding.getIds().length == 0
                ? truncate(tokenizer.encode(" "), " ", maxLength)
                : truncate(encoding, text, maxLength);
    }

    /**
     * Returns the characters of the tokens that {@link #encode} returns for a text.
     *
     * @return the range of indices of each token in the text; empty for tokens that are not in the text, such as special
     *     tokens
     */
    public List<Optional<CharacterRange>> ranges(String text, int maxLength) {
        requireLength(text.length());
        Encoding encoding = run(() -> tokenizer.encode(text));
        return encoding.getIds().length == 0
                ? List.of(Optional.empty()) // of the space in place of the text
                : IntStream.of(order(encoding, maxLength))
                        .mapToObj(i -> CharacterRange.of(text, encoding.getCharTokenSpans()[i]))
                        .toList();
    }

    /**
     * Returns the token ids of a text without special tokens.
     *
     * @throws IllegalArgumentException if the text has more than a million characters
     */
    public int[] encodeWithoutSpecialTokens(String text) {
        requireLength(text.length());
        return toInts(run(() -> tokenizer.encode(text, false, false)).getIds());
    }

    /**
     * Returns the token ids of the beginning of a text that a language model continues: the special tokens that the
     * tokenizer puts before a text, and the text. If the text already begins with these tokens, as texts of chat
     * templates do, they are not added again.
     *
     * @throws IllegalArgumentException if the text has more than a million characters
     */
    public int[] encodeBeginning(String text) {
        int[] opening = opening();
        int[] ids = encodeWithoutSpecialTokens(text);
        boolean present =
                opening.length <= ids.length && Arrays.equals(ids, 0, opening.length, opening, 0, opening.length);
        return present
                ? ids
                : IntStream.concat(IntStream.of(opening), IntStream.of(ids)).toArray();
    }

    /** Returns the special tokens that the tokenizer puts before a text. */
    private int[] opening() {
        Encoding encoding =
                run(() -> tokenizer.encode("a")); // an empty text would not separate them from those after it
        long[] special = encoding.getSpecialTokenMask();
        int count = 0;
        while (count < special.length && special[count] == 1) {
            count++;
        }
        return Arrays.copyOf(toInts(encoding.getIds()), count);
    }

    /**
     * Tokenizes the words of a text that is split into words, each as it would be after a space.
     *
     * @param words any number of words
     * @return the subwords of each word; a word that the tokenizer drops, such as a control character, has none
     * @throws IllegalArgumentException if the words have more than a million characters together
     */
    public TokenizedWords encodeWords(List<String> words) {
        requireLength(words.stream().mapToLong(String::length).sum());
        String[] copy = words.toArray(String[]::new); // the tokenizer may write to it
        HuggingFaceTokenizer wordTokenizer = wordTokenizer();
        Encoding encoding = run(() -> wordTokenizer.encode(copy));
        int[] ids = toInts(encoding.getIds());
        long[] special = encoding.getSpecialTokenMask();
        long[] wordIds = encoding.getWordIds();
        int opening = 0;
        while (opening < ids.length && special[opening] == 1) {
            opening++;
        }
        int closing = 0;
        while (closing < ids.length - opening && special[ids.length - 1 - closing] == 1) {
            closing++;
        }
        List<int[]> subwords = new ArrayList<>(Collections.nCopies(words.size(), new int[0]));
        for (int from = opening, to; from < ids.length - closing; from = to) {
            to = from;
            while (to < ids.length - closing && wordIds[to] == wordIds[from]) {
                to++;
            }
            subwords.set(Math.toIntExact(wordIds[from]), Arrays.copyOfRange(ids, from, to));
        }
        return new TokenizedWords(
                Arrays.copyOf(ids, opening),
                subwords,
                words.stream().map(LetterCase::of).toList(),
                Arrays.copyOfRange(ids, ids.length - closing, ids.length));
    }

    /**
     * Returns the text of tokens without special tokens. The bytes of a character that is not complete become U+FFFD. Ids
     * that the tokenizer does not know have no text.
     *
     * @param ids token ids
     * @throws IllegalArgumentException if an id is negative
     */
    public String decode(int... ids) {
        for (int id : ids) {
            if (id < 0) {
                throw new IllegalArgumentException("A token id must not be negative, but is " + id);
            }
        }
        long[] longs = IntStream.of(ids).asLongStream().toArray();
        try {
            return tokenizer.decode(longs, true);
        } catch (RuntimeException e) {
            throw new BackboneException("The tokenizer failed on token ids: " + e.getMessage(), e);
        }
    }

    /**
     * Returns a decoder of tokens that come one by one, for the text after a prompt.
     *
     * @param prompt the ids of the prompt; empty at the beginning of a text
     */
    public TokenStreamDecoder streamDecoder(int... prompt) {
        return new TokenStreamDecoder(this::decode, prompt);
    }

    private synchronized HuggingFaceTokenizer wordTokenizer() {
        if (wordTokenizer == null) {
            try {
                Optional<TokenizerJson> prefixed = json.withPrefixSpace();
                wordTokenizer = prefixed.isPresent() ? open(prefixed.get()) : tokenizer;
            } catch (IOException e) {
                throw new BackboneException("The tokenizer cannot be opened for words: " + e.getMessage(), e);
            }
        }
        return wordTokenizer;
    }

    private static void requireLength(long characters) {
        if (characters > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "A text has " + characters + " characters; at most " + MAX_CHARACTERS + " can be tokenized");
        }
    }

    /** Returns the largest token id; -1 if there are no tokens. */
    int largestId() {
        return json.largestId();
    }

    /** Returns the largest token type id. */
    int largestTypeId() {
        return json.largestTypeId();
    }

    private static TokenSequence truncate(Encoding encoding, String text, int maxLength) {
        int[] ids = toInts(encoding.getIds());
        int[] types = toInts(encoding.getTypeIds());
        List<LetterCase> cases = new TokenCases(text).of(encoding.getCharTokenSpans());
        int[] order = order(encoding, maxLength);
        return new TokenSequence(
                pick(ids, order),
                pick(types, order),
                IntStream.of(order).mapToObj(cases::get).toList(),
                NO_WORDS,
                ids.length - order.length);
    }

    /** Returns the indices of the tokens that are left after truncation. */
    private static int[] order(Encoding encoding, int maxLength) {
        long[] special = encoding.getSpecialTokenMask();
        int length = special.length;
        if (length <= maxLength) {
            return IntStream.range(0, length).toArray();
        }
        int closing = 0;
        while (closing < maxLength && special[length - 1 - closing] == 1) {
            closing++;
        }
        int kept = maxLength - closing;
        int opening = 0;
        while (opening < kept && special[opening] == 1) {
            opening++;
        }
        requireTextTokens(kept - opening, maxLength);
        return IntStream.concat(IntStream.range(0, kept), IntStream.range(length - closing, length))
                .toArray();
    }

    /** Refuses a maximum length at which a text has special tokens only, so that all texts would be equal. */
    static void requireTextTokens(int textTokens, int maxLength) {
        if (textTokens < 1) {
            throw new IllegalArgumentException("A maximum length of " + maxLength
                    + " tokens leaves no room for a text: the tokenizer adds as many special tokens");
        }
    }

    private static int[] pick(int[] values, int[] order) {
        return IntStream.of(order).map(i -> values[i]).toArray();
    }

    /** Runs the tokenizer and translates its errors. */
    private static Encoding run(Supplier<Encoding> encode) {
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
            throw new BackboneException(
                    "The tokenizer returned the token id " + id + "; expected an id in [0, " + Integer.MAX_VALUE + "]");
        }
        return (int) id;
    }

    @Override
    public synchronized void close() {
        tokenizer.close();
        if (wordTokenizer == null) {
            wordTokenizer = tokenizer; // closed, so that no new one is opened
        }
        wordTokenizer.close();
    }
}
