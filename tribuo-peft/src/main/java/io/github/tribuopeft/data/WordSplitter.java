package io.github.tribuopeft.data;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits plain text into words and punctuation marks, as in corpora for entity recognition. {@link Whitespace}
 * separates words.
 */
public final class WordSplitter {

    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}_&&" + Whitespace.NOT_REGEX + "]+|" + Whitespace.NOT_REGEX);

    private WordSplitter() {}

    /**
     * A word of a text.
     *
     * @param text the word
     * @param begin index of its first character in the text
     * @param end index after its last character
     */
    public record Word(String text, int begin, int end) {}

    /** Returns the words of a text in their order; none for blank text. */
    public static List<Word> split(String text) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(new Word(matcher.group(), matcher.start(), matcher.end()));
        }
        return words;
    }
}
