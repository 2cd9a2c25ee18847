package io.github.tribuopeft.data;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Tagging scheme of entities. Readers convert all schemes to {@link #IOB2}. */
public enum TagScheme {
    /**
     * Detected from the data: IOBES if there are S- or E- tags, IOB1 if B- is only used between adjacent entities of
     * one type, otherwise IOB2.
     */
    AUTO,
    /** An entity begins with I-, or with B- directly after another entity of its type (Ramshaw and Marcus 1995). */
    IOB1,
    /** Every entity begins with B-. */
    IOB2,
    /** Like IOB2, but the tag of an entity of one word is S-, and that of the last word of a longer one is E-. */
    IOBES;

    /** Tag of words outside entities. */
    public static final String OUTSIDE = "O";

    private static final Pattern TAG = Pattern.compile("O|[BIES]-[^ ]+");

    /** Whether a text is a tag of a scheme: {@code O}, or one of B, I, E and S with a hyphen and a type. */
    static boolean isTag(String tag) {
        return TAG.matcher(tag).matches();
    }

    /** Whether a valid tag belongs to this scheme: S- and E- belong to IOBES only. */
    boolean accepts(String tag) {
        return this == IOBES || this == AUTO || !tag.startsWith("S-") && !tag.startsWith("E-");
    }

    /** Converts the tags of a sentence from this scheme to IOB2. */
    List<String> toIob2(List<String> tags) {
        List<String> converted = new ArrayList<>();
        String before = OUTSIDE;
        for (String tag : tags) {
            converted.add(toIob2(tag, before));
            before = tag;
        }
        return converted;
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
