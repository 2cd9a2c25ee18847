package io.github.tribuopeft.evaluation;

/**
 * A run of tokens that is one entity.
 *
 * @param type such as {@code PER}; {@value #UNTYPED} where tags carry no type
 * @param begin position of the first token, from 0
 * @param end position after the last token
 */
public record Span(String type, int begin, int end) {

    /** The type of spans whose tags are a bare {@code B}, {@code I}, {@code E} or {@code S}. */
    public static final String UNTYPED = "_";

    /**
     * Checks the boundaries.
     *
     * @throws IllegalArgumentException if there is no type or no token
     */
    public Span {
        if (type.isEmpty() || begin < 0 || end <= begin) {
            throw new IllegalArgumentException("No span: type '" + type + "' from " + begin + " to " + end);
        }
    }

    /** How many tokens both spans hold, whatever their types. */
    public int sharedTokens(Span other) {
        return Math.max(0, Math.min(end, other.end) - Math.max(begin, other.begin));
    }

    boolean sameBoundaries(Span other) {
        return begin == other.begin && end == other.end;
    }

    @Override
    public String toString() {
        return type + "[" + begin + ", " + end + ")";
    }
}
