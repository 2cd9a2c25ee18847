package io.github.tribuopeft.backbone;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Decoder of tokens that come one by one. It returns only whole characters: the bytes of a character may be those of
 * several tokens, and are kept until the character is complete. Not safe for concurrent use.
 *
 * <p>The texts that it returns are together the text after the prompt. Where the tokens are not valid UTF-8, the number of
 * U+FFFD in their place may differ from that of {@link BackboneTokenizer#decode}, whose decoder replaces valid bytes
 * that are next to invalid ones, too.
 */
public final class TokenStreamDecoder {

    private static final char REPLACEMENT = '\uFFFD';
    /** Tokens of the prompt that are decoded again. Whether a token begins with a space depends on those before it. */
    private static final int CONTEXT = 8;
    /** A character has at most 4 bytes, so that many tokens without a whole character are not valid UTF-8. */
    private static final int MAX_PENDING = 32;

    private final Function<int[], String> decoder;
    /** Tokens whose texts have been returned, as context, and those that are pending. */
    private int[] window;

    /** Number of tokens of the window that are context. */
    private int context;

    /** Number of characters of the window's text that have been returned. */
    private int returned;

    TokenStreamDecoder(Function<int[], String> decoder, int[] prompt) {
        this.decoder = decoder;
        this.window = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - CONTEXT), prompt.length);
        settle(0);
    }

    /**
     * Appends a token.
     *
     * @return the characters that it completes; empty if there are none
     */
    public String append(int id) {
        window = IntStream.concat(IntStream.of(window), IntStream.of(id)).toArray();
        String text = decoder.apply(window);
        boolean complete = text.isEmpty() || text.charAt(text.length() - 1) != REPLACEMENT;
        boolean hopeless = window.length - context > MAX_PENDING;
        String added = added(text, complete || hopeless ? text.length() : wholeCharacters(text));
        if (complete && !added.isEmpty() || hopeless) {
            settle(context);
        }
        return added;
    }

    /** Returns the characters that are pending at the end of the text. Incomplete ones are U+FFFD. */
    public String finish() {
        String text = decoder.apply(window);
        String added = added(text, text.length());
        settle(context);
        return added;
    }

    private String added(String text, int end) {
        if (end <= returned) {
            return "";
        }
        String added = text.substring(returned, end);
        returned = end;
        return added;
    }

    /** Makes the pending tokens the context of the next ones. */
    private void settle(int first) {
        window = Arrays.copyOfRange(window, first, window.length);
        context = window.length;
        returned = Objects.requireNonNull(decoder.apply(window)).length();
    }

    private static int wholeCharacters(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == REPLACEMENT) {
            end--;
        }
        return end;
    }
}
