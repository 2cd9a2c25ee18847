package io.github.tribuopeft.data;

import java.util.regex.Pattern;

/** What a file contains, as messages show it: short, in one line, with every character visible. */
final class Quotes {

    private static final int LONGEST = 80;

    /** Whitespace other than a space, control characters and halves of surrogate pairs. */
    private static final Pattern HIDDEN = Pattern.compile("(?! )(?:" + Whitespace.ONE + "|[\\p{Cc}\\p{Cs}])");

    private Quotes() {}

    /** A text in quotes, cut after {@value #LONGEST} characters. */
    static String of(String text) {
        int length = text.codePointCount(0, text.length());
        return length <= LONGEST
                ? "'" + visible(text) + "'"
                : "'" + visible(text.substring(0, text.offsetByCodePoints(0, LONGEST))) + "…'";
    }

    /** A text whose hidden characters are written as {@code <U+200B>}. */
    static String visible(String text) {
        return HIDDEN.matcher(text)
                .replaceAll(found -> String.format("<U+%04X>", found.group().codePointAt(0)));
    }
}
