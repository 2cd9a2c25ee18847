package io.github.tribuopeft.text;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Division of texts into words, as in the published definitions of the metrics. */
final class Words {

    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern NOT_ALPHANUMERIC = Pattern.compile("[^a-z0-9]+");
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
    private static final Pattern ARTICLE = Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);

    private Words() {}

    /** Divides at white space. */
    static List<String> of(String text) {
        return Stream.of(SPACE.split(text)).filter(word -> !word.isEmpty()).toList();
    }

    /** Returns the lower-case words of ASCII letters and digits, as in ROUGE. */
    static List<String> alphanumeric(String text) {
        return of(NOT_ALPHANUMERIC.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" "));
    }

    /** Returns the lower-case words without punctuation and articles, as in SQuAD and ConvAI2. */
    static List<String> normalized(String text) {
        String plain = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        return of(ARTICLE.matcher(plain).replaceAll(" "));
    }
}
