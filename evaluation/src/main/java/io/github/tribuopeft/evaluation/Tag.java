package io.github.tribuopeft.evaluation;

/**
 * A tag's two parts.
 *
 * @param prefix one of {@code O B I E S}
 * @param type empty for {@code O} alone
 */
record Tag(char prefix, String type) {

    static final Tag OUTSIDE = new Tag('O', "");

    /**
     * Reads a tag.
     *
     * @param position where it stands, for the message
     * @param prefixes the ones allowed beside {@code O}
     * @throws IllegalArgumentException if it is none
     */
    static Tag parse(String tag, int position, String prefixes) {
        if (tag.equals("O")) {
            return OUTSIDE;
        }
        if (!tag.isEmpty() && prefixes.indexOf(tag.charAt(0)) >= 0) {
            if (tag.length() == 1) {
                return new Tag(tag.charAt(0), Span.UNTYPED);
            }
            if (tag.length() > 2 && tag.charAt(1) == '-') {
                return new Tag(tag.charAt(0), tag.substring(2));
            }
        }
        throw new IllegalArgumentException("Tag '" + tag + "' at position " + position
                + ": expected O, or one of " + String.join(" ", prefixes.split(""))
                + ", alone or followed by a hyphen and a type");
    }

    boolean outside() {
        return prefix == 'O';
    }

    /** Whether a span that this tag is in may go on with {@code next}, if that begins none. */
    boolean goesOn(Tag next) {
        return !next.outside() && type.equals(next.type);
    }
}
