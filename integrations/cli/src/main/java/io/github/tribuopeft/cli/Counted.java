package io.github.tribuopeft.cli;

import java.util.Locale;

/** Numbers with the noun that they count. */
final class Counted {

    private Counted() {}

    /** Returns a number with a noun in the singular or the plural, such as {@code 1 text} or {@code 2,000 texts}. */
    static String of(long number, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }
}
