package io.github.tribuopeft.data;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** How entities are written as tags of words. Everything that is read becomes {@link #IOB2}. */
public enum TagScheme {
    /** Found out from the data: IOBES if there are S- or E- tags; IOB1 if B- stands only between neighbours of one type; else IOB2. */
    AUTO,
    /** An entity begins with I-, and with B- only right after another of its type (Ramshaw and Marcus 1995). */
    IOB1,
    /** Every entity begins with B-. */
    IOB2,
    /** As IOB2, but entities of one word are S- and the last word of longer ones is E-. */
    IOBES;

    /** The tag of words outside all entities. */
    public static final String OUTSIDE = "O";

    private static final Pattern TAG = Pattern.compile("O|[BIES]-[^ ]+");

    /** Whether this is a tag of one of the schemes: {@code O}, or one of B, I, E, S, a hyphen and a type. */
    static boolean isTag(String tag) {
        return TAG.matcher(tag).matches();
    }

    /** Whether a tag, see {@link #isTag}, is one of this scheme: S- and E- are of IOBES alone. */
    boolean isOwn(String tag) {
        return this == IOBES || this == AUTO || !tag.startsWith("S-") && !tag.startsWith("E-");
    }

    /** Rewrites a sentence's tags of this scheme as IOB2. */
    List<String> toIob2(List<String> tags) {
        List<String> rewritten = new ArrayList<>();
        String before = OUTSIDE;
        for (String tag : tags) {
            rewritten.add(toIob2(tag, before));
            before = tag;
        }
        return rewritten;
    }

    private String toIob2(String tag, String before) {
        return switch (this) {
            case IOB1 ->
                tag.startsWith("I-") && (before.equals(OUTSIDE) || !type(before).equals(type(tag)))
                        ? "B-" + type(tag)
                        : tag;
            case IOBES ->
                switch (tag.charAt(0)) {
                    case 'S' -> "B-" + type(tag);
                    case 'E' -> "I-" + type(tag);
                    default -> tag;
                };
            case IOB2, AUTO -> tag;
        };
    }

    static String type(String tag) {
        return tag.equals(OUTSIDE) ? "" : tag.substring(2);
    }
}
