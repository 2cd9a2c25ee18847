package io.github.tribuopeft.data;

import java.util.regex.Pattern;

/**
 * The rule for blanks that all readers and the command line share.
 *
 * <p>A blank is a character that shows nothing: white space as Unicode defines it, such as a space, a tab or a no-break space, and invisible
 * characters, such as a zero-width space. Texts and words are kept as they are written. Names (of labels, tags and columns) are trimmed of
 * spaces and tabs; inside a name a space is the only blank that is allowed, so that two names that look the same are the same.
 */
public final class Whitespace {

    /**
     * White space, and what Unicode calls default ignorable. Variation selectors are not among it: they change what the character before them
     * looks like.
     */
    private static final String BLANK =
            "\\p{IsWhite_Space}\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F"
                    + "\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\\x{1D173}-\\x{1D17A}\\x{E0001}-\\x{E007F}";

    /** A regular expression of one blank. */
    static final String ONE = "[" + BLANK + "]";

    /** A regular expression of one character that is not a blank. */
    static final String NONE = "[^" + BLANK + "]";

    private static final Pattern VISIBLE = Pattern.compile(NONE);
    private static final Pattern NOT_IN_NAMES = Pattern.compile("(?! )[" + BLANK + "\\p{Cc}]");

    private Whitespace() {}

    /** Whether a text has no character that is not a blank. */
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
     * Reads the name of a label, a tag or a column.
     *
     * @param kind what it is the name of, for the message
     * @param written the name as it is written
     * @return the name without spaces and tabs at its ends
     * @throws IllegalArgumentException if nothing is left, or if the name contains a control character, a blank other than a space, or half
     *     of a surrogate pair
     */
    public static String requireName(String kind, String written) {
        String name = trim(written);
        if (isBlank(name)) {
            throw new IllegalArgumentException("the " + kind + " is blank");
        }
        NOT_IN_NAMES.matcher(name).results().findFirst().ifPresent(found -> {
            int c = name.codePointAt(found.start());
            throw new IllegalArgumentException("the " + kind + " " + Quotes.of(name) + " contains U+"
                    + String.format("%04X", c) + " (" + Character.getName(c)
                    + "), which cannot be seen; remove it or write a space");
        });
        requireUnicode(kind, name);
        return name;
    }

    /**
     * Checks that a text can be written as UTF-8.
     *
     * @param kind what it is, for the message
     * @throws IllegalArgumentException if it contains half of a surrogate pair
     */
    static String requireUnicode(String kind, String text) {
        text.codePoints()
                .filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                .findFirst()
                .ifPresent(c -> {
                    throw new IllegalArgumentException("the " + kind + " " + Quotes.of(text)
                            + " is not valid Unicode: it contains half of a surrogate pair");
                });
        return text;
    }
}
