package io.github.tribuopeft.evaluation;

import java.util.Optional;

/**
 * Tag of a token, divided into prefix and type.
 *
 * @param prefix {@code O}, {@code B}, {@code I}, {@code E} or {@code S}
 * @param type entity type; empty for {@code O}
 */
record Tag(char prefix, String type) {

    static final Tag OUTSIDE = new Tag('O', "");

    /**
     * Parses a tag.
     *
     * @param position position of the tag, for the message
     * @param prefixes allowed prefixes in addition to {@code O}
     * @throws IllegalArgumentException if the tag is invalid
     */
    static Tag parse(String tag, int position, String prefixes) {
        return find(tag, prefixes)
                .orElseThrow(() -> new IllegalArgumentException("Tag '" + tag + "' at position " + position
                        + ": expected O, or one of " + String.join(" ", prefixes.split(""))
                        + ", alone or followed by a hyphen and a type"));
    }

    /** Parses a tag; empty if it is invalid. */
    static Optional<Tag> find(String tag, String prefixes) {
        if (tag.equals("O")) {
            return Optional.of(OUTSIDE);
        }
        if (!tag.isEmpty() && prefixes.indexOf(tag.charAt(0)) >= 0) {
            if (tag.length() == 1) {
                return Optional.of(new Tag(tag.charAt(0), Span.UNTYPED));
            }
            if (tag.length() > 2 && tag.charAt(1) == '-') {
                return Optional.of(new Tag(tag.charAt(0), tag.substring(2)));
            }
        }
        return Optional.empty();
    }

    boolean outside() {
        return prefix == 'O';
    }

    /** Returns whether the next tag, if it does not begin a span, continues the span of this tag. */
    boolean continuesWith(Tag next) {
        return !next.outside() && type.equals(next.type);
    }
}
