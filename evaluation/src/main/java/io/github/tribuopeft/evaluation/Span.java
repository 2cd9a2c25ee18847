package io.github.tribuopeft.evaluation;

/**
 * Span of tokens that is an entity.
 *
 * @param type entity type, such as {@code PER}; {@value #UNTYPED} if the tags have no type
 * @param begin index of the first token, from 0
 * @param end index after the last token
 */
public record Span(String type, int begin, int end) {

    /** Type of spans whose tags have no type: {@code B}, {@code I}, {@code E} or {@code S} alone. */
    public static final String UNTYPED = "_";

    /**
     * Creates a span.
     *
     * @throws IllegalArgumentException if the type is empty or the span contains no token
     */
    public Span {
        if (type.isEmpty() || begin < 0 || end <= begin) {
            throw new IllegalArgumentException("A span needs a type and 0 <= begin < end, but has the type '" + type
                    + "', begin " + begin + " and end " + end);
        }
    }

    /** Returns the number of tokens that both spans contain. */
    public int sharedTokens(Span other) {
        return Math.max(0, Math.min(end, other.end) - Math.max(begin, other.begin));
    }

    @Override
    public String toString() {
        return type + "[" + begin + ", " + end + ")";
    }
}
