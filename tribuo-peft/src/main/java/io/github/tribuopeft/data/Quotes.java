package io.github.tribuopeft.data;

import java.util.regex.Pattern;

/** Quotes texts of files in messages: truncated, in one line, and with all characters visible. */
final class Quotes {

    private static final int MAX_LENGTH = 80;

    /** Whitespace other than a space, control characters and unpaired surrogates. */
    private static final Pattern HIDDEN = Pattern.compile("(?! )(?:" + Whitespace.REGEX + "|[\\p{Cc}\\p{Cs}])");

    private Quotes() {}

    /** Returns a text in quotes, truncated after {@value #MAX_LENGTH} characters. */
    static String of(String text) {
        int length = text.codePointCount(0, text.length());
        return length <= MAX_LENGTH
                ? "'" + visible(text) + "'"
                : "'" + visible(text.substring(0, text.offsetByCodePoints(0, MAX_LENGTH))) + "…'";
    }

    /** Returns a text with hidden characters written as {@code <U+200B>}. */
    static String visible(String text) {
        return HIDDEN.matcher(text)
                .replaceAll(found -> String.format("<U+%04X>", found.group().codePointAt(0)));
    }
}
