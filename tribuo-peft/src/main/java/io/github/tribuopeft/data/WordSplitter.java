package io.github.tribuopeft.data;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits plain text into words and single punctuation marks, as corpora for entity recognition do. {@link Whitespace} are in no word. */
public final class WordSplitter {

    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}_&&" + Whitespace.NONE + "]+|" + Whitespace.NONE);

    private WordSplitter() {}

    /**
     * A word of a text.
     *
     * @param text the word
     * @param begin its first character in the text
     * @param end the character after its last
     */
    public record Word(String text, int begin, int end) {}

    /** The words of a text in order; none for blank text. */
    public static List<Word> split(String text) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(new Word(matcher.group(), matcher.start(), matcher.end()));
        }
        return words;
    }
}
