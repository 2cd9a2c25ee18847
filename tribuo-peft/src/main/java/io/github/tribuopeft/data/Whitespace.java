package io.github.tribuopeft.data;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whitespace in texts and names, as all readers and the command line define it.
 *
 * <p>Whitespace includes the white space of Unicode, such as space, tab and no-break space, and invisible characters,
 * such as the zero-width space. Texts and words are not changed. Names of labels, tags and columns are trimmed of
 * spaces and tabs. Inside a name, the space is the only whitespace allowed, so that names that look the same are equal.
 */
public final class Whitespace {

    /**
     * White space and default-ignorable characters of Unicode, without variation selectors, which change the look of
     * the character before them.
     */
    private static final String CHARACTERS =
            "\\p{IsWhite_Space}\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F"
                    + "\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB"
                    + "\\x{1D173}-\\x{1D17A}\\x{E0001}-\\x{E007F}";

    /** Regular expression of one whitespace character. */
    static final String REGEX = "[" + CHARACTERS + "]";

    /** Regular expression of one character that is not whitespace. */
    static final String NOT_REGEX = "[^" + CHARACTERS + "]";

    private static final Pattern VISIBLE = Pattern.compile(NOT_REGEX);
    private static final Pattern NOT_IN_NAMES = Pattern.compile("(?! )[" + CHARACTERS + "\\p{Cc}]");

    /**
     * Characters that change the character before them without being visible. Emoji, which are symbols, may have the
     * selectors of their text and color presentation.
     */
    private static final Pattern SELECTOR = Pattern.compile("(?<![\\p{So}\\p{Sm}\\p{Po}\\p{Nd}])[\uFE00-\uFE0F]"
            + "|[\u180B-\u180D\\x{1BCA0}-\\x{1BCA3}\\x{E0100}-\\x{E01EF}]");

    private Whitespace() {}

    /** Whether a text contains only whitespace. */
    public static boolean isBlank(String text) {
        return !VISIBLE.matcher(text).find();
    }

    /** Removes spaces (U+0020) and tabs from both ends. */
    public static String trim(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isTrimmed(text.charAt(begin))) {
            begin++;
        }
        while (end > begin && isTrimmed(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(begin, end);
    }

    private static boolean isTrimmed(char c) {
        return c == ' ' || c == '\t';
    }

    /**
     * Checks and trims the name of a label, a tag or a column.
     *
     * @param kind kind of the name, for the message
     * @param written the name as it is written
     * @return the trimmed name
     * @throws IllegalArgumentException if the name is blank, or contains a control character, whitespace other than
     *     single spaces, an invisible selector or an unpaired surrogate, or is not in Unicode's composed form (NFC)
     */
    public static String requireName(String kind, String written) {
        String name = trim(written);
        if (isBlank(name)) {
            throw new IllegalArgumentException("the " + kind + " is blank");
        }
        refuse(kind, name, NOT_IN_NAMES, "remove it or replace it with a space");
        refuse(kind, name, SELECTOR, "remove it");
        requireUnicode(kind, name);
        if (name.contains("  ")) {
            throw new IllegalArgumentException(
                    "the " + kind + " " + Quotes.of(name) + " contains two spaces in a row; write one");
        }
        String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
        if (!composed.equals(name)) {
            throw new IllegalArgumentException("the " + kind + " " + Quotes.of(name)
                    + " is not in the composed form of Unicode (NFC), so it would differ from " + Quotes.of(composed)
                    + ", which looks the same; normalize the file");
        }
        return name;
    }

    private static void refuse(String kind, String name, Pattern characters, String advice) {
        characters.matcher(name).results().findFirst().ifPresent(found -> {
            int c = name.codePointAt(found.start());
            throw new IllegalArgumentException("the " + kind + " " + Quotes.of(name) + " contains U+"
                    + String.format(Locale.ROOT, "%04X", c) + " (" + Character.getName(c)
                    + "), which is not visible; " + advice);
        });
    }

    /**
     * Checks that a text can be written as UTF-8.
     *
     * @param kind kind of the text, for the message
     * @throws IllegalArgumentException if the text contains an unpaired surrogate
     */
    static String requireUnicode(String kind, String text) {
        text.codePoints()
                .filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                .findFirst()
                .ifPresent(c -> {
                    throw new IllegalArgumentException("the " + kind + " " + Quotes.of(text)
                            + " is not valid Unicode: it contains an unpaired surrogate");
                });
        return text;
    }
}
