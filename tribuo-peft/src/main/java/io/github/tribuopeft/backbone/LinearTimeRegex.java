package io.github.tribuopeft.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Checks that a regular expression matches in linear time. The native library panics when a match takes too long, so
 * only these are allowed: alternatives of single characters and classes, each with a quantifier at most, and groups of
 * literals. What follows an unbounded quantifier must be optional, so that nothing is matched a second time. Three
 * forms that byte-level tokenizers use are allowed in addition; they are linear in the order that is checked.
 */
final class LinearTimeRegex {

    /** What makes an expression unsupported. */
    static final class UnsupportedException extends Exception {
        private static final long serialVersionUID = 1L;

        UnsupportedException(String message) {
            super(message);
        }
    }

    private static final int UNBOUNDED = Integer.MAX_VALUE;
    private static final int MOST_REPETITIONS = 256;
    private static final long MOST_WAYS = 4_096;
    private static final String SPECIAL = "^$*+?{}()|";
    private static final String ESCAPES = "sSdDwWnrtfv";

    private static final String ALL_BLANKS = "\\s+";
    private static final String BLANKS_BUT_ONE = "\\s+(?!\\S)";
    private static final Set<String> LINES = Set.of("\\s*[\\r\\n]+", "\\s*[\\r\\n]");

    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String NO_LETTER = "[^\\r\\n\\p{L}\\p{N}]?";
    private static final String CAPITALIZED = NO_LETTER + UPPER + "*" + LOWER + "+";
    private static final String CAPITALS = NO_LETTER + UPPER + "+" + LOWER + "*";

    private final int[] regex;
    private int position;

    private LinearTimeRegex(String regex) {
        this.regex = regex.codePoints().toArray();
    }

    /**
     * Checks an expression.
     *
     * @return number of characters of its shortest match, at least 1
     * @throws UnsupportedException if it may take more than linear time, may match the empty text, or is not understood
     */
    static int shortestMatch(String regex) throws UnsupportedException {
        LinearTimeRegex parser = new LinearTimeRegex(regex);
        List<String> alternatives = new ArrayList<>();
        int shortest = UNBOUNDED;
        do {
            int begin = parser.position;
            shortest = Math.min(shortest, parser.alternative());
            alternatives.add(parser.text(begin, parser.position));
        } while (parser.skip('|'));
        if (parser.position < parser.regex.length) {
            throw new UnsupportedException("it has an unexpected '" + parser.text(parser.position) + "'");
        }
        requireLinearOrder(alternatives);
        return shortest;
    }

    /** The forms that may match a run of characters twice are followed by one that takes the whole run. */
    private static void requireLinearOrder(List<String> alternatives) throws UnsupportedException {
        for (int i = 0; i < alternatives.size(); i++) {
            String alternative = alternatives.get(i);
            if (LINES.contains(alternative)) {
                int next =
                        i + 1 < alternatives.size() && alternatives.get(i + 1).equals(BLANKS_BUT_ONE) ? i + 2 : i + 1;
                if (next >= alternatives.size() || !alternatives.get(next).equals(ALL_BLANKS)) {
                    throw new UnsupportedException("after '" + alternative + "' must come '" + ALL_BLANKS + "'");
                }
            }
            if (alternative.startsWith(CAPITALIZED)
                    && (i + 1 == alternatives.size() || !alternatives.get(i + 1).startsWith(CAPITALS))) {
                throw new UnsupportedException("after '" + CAPITALIZED + "' must come '" + CAPITALS + "'");
            }
        }
    }

    /** Reads up to the next bar at the top level. */
    private int alternative() throws UnsupportedException {
        for (String lines : LINES) {
            if (rest().equals(lines) || rest().startsWith(lines + "|")) {
                position += lines.length();
                return 1;
            }
        }
        int shortest = 0;
        long ways = 1;
        boolean unbounded = false;
        if (rest().startsWith(CAPITALIZED)) {
            position += CAPITALIZED.length();
            shortest = 1;
            unbounded = true;
        }
        while (position < regex.length && regex[position] != '|') {
            if (rest().startsWith("(?!\\S)")
                    && text(Math.max(0, position - 3), position).equals(ALL_BLANKS)) {
                position += 6;
                break;
            }
            int length = atom();
            int least = 1;
            int most = 1;
            if (position < regex.length && "?*+{".indexOf(regex[position]) >= 0) {
                int[] range = quantifier();
                least = range[0];
                most = range[1];
            }
            if (unbounded && least > 0) {
                throw new UnsupportedException(
                        "after an unbounded quantifier, '" + text(position) + "' must be optional");
            }
            unbounded |= most == UNBOUNDED;
            ways *= most == UNBOUNDED ? 1 : most - least + 1;
            shortest += least * length;
            if (ways > MOST_WAYS) {
                throw new UnsupportedException("it has too many quantifiers");
            }
        }
        if (shortest == 0) {
            throw new UnsupportedException("it may match an empty text");
        }
        return shortest;
    }

    /** Reads a character, a class or a group of literals, and returns its smallest number of characters. */
    private int atom() throws UnsupportedException {
        int character = regex[position];
        if (character == '[') {
            characterClass();
            return 1;
        }
        if (character == '(') {
            return group();
        }
        if (character == '\\') {
            escape();
            return 1;
        }
        literal();
        return 1;
    }

    private void literal() throws UnsupportedException {
        int character = regex[position];
        if (SPECIAL.indexOf(character) >= 0 || Character.getType(character) == Character.SURROGATE) {
            throw new UnsupportedException("it has an unexpected '" + text(position) + "'");
        }
        position++;
    }

    private void escape() throws UnsupportedException {
        String rest = rest();
        String braces = "\\{[A-Za-z_^0-9]{1,30}\\}.*";
        if (rest.matches("(?s)\\\\[pPx]" + braces)) {
            position += rest.indexOf('}') + 1;
        } else if (rest.matches("(?s)\\\\u[0-9A-Fa-f]{4}.*")) {
            position += 6;
        } else if (rest.length() > 1
                && (ESCAPES.indexOf(rest.charAt(1)) >= 0 || rest.substring(1, 2).matches("\\p{Punct}| "))) {
            position += 2;
        } else {
            throw new UnsupportedException("it has an unexpected '" + text(position) + "'");
        }
    }

    private void characterClass() throws UnsupportedException {
        int begin = position++;
        skip('^');
        int first = position;
        while (position < regex.length && regex[position] != ']') {
            if (regex[position] == '\\') {
                escape();
            } else if (regex[position] == '[' || rest().startsWith("&&")) {
                throw new UnsupportedException("it has a class within a class");
            } else if (Character.getType(regex[position]) == Character.SURROGATE) {
                throw new UnsupportedException("it has half a character");
            } else {
                position++;
            }
        }
        if (position == first || !skip(']')) {
            throw new UnsupportedException("it has an unfinished class '" + text(begin) + "'");
        }
    }

    private int group() throws UnsupportedException {
        int begin = position;
        String opening = rest().startsWith("(?i:") ? "(?i:" : "(?:";
        if (!rest().startsWith(opening)) {
            throw new UnsupportedException("it has a group '" + text(begin) + "' that is not one of literals");
        }
        position += opening.length();
        int shortest = UNBOUNDED;
        int length = 0;
        while (position < regex.length && regex[position] != ')') {
            if (skip('|')) {
                shortest = Math.min(shortest, length);
                length = 0;
            } else {
                literal();
                length++;
            }
        }
        shortest = Math.min(shortest, length);
        if (!skip(')') || shortest == 0) {
            throw new UnsupportedException("it has a group '" + text(begin) + "' that is not one of literals");
        }
        return shortest;
    }

    /** Reads a quantifier: least and most repetitions. */
    private int[] quantifier() throws UnsupportedException {
        int begin = position;
        int[] range;
        if (skip('?')) {
            range = new int[] {0, 1};
        } else if (skip('*')) {
            range = new int[] {0, UNBOUNDED};
        } else if (skip('+')) {
            range = new int[] {1, UNBOUNDED};
        } else {
            range = repetitions();
        }
        if (position < regex.length && "?*+{".indexOf(regex[position]) >= 0) {
            throw new UnsupportedException(
                    "it has a quantifier '" + text(begin) + "' that is lazy, possessive or nested");
        }
        return range;
    }

    private int[] repetitions() throws UnsupportedException {
        String rest = rest();
        if (!rest.matches("(?s)\\{\\d{1,3}(,\\d{0,3})?\\}.*")) {
            throw new UnsupportedException("it has an unexpected '" + text(position) + "'");
        }
        int end = rest.indexOf('}');
        String[] bounds = rest.substring(1, end).split(",", -1);
        int least = Integer.parseInt(bounds[0]);
        int most = least;
        if (bounds.length == 2) {
            most = bounds[1].isEmpty() ? UNBOUNDED : Integer.parseInt(bounds[1]);
        }
        if (least > MOST_REPETITIONS || most < Math.max(1, least) || most != UNBOUNDED && most > MOST_REPETITIONS) {
            throw new UnsupportedException("it repeats '" + rest.substring(0, end + 1) + "'");
        }
        position += end + 1;
        return new int[] {least, most};
    }

    private boolean skip(char expected) {
        boolean there = position < regex.length && regex[position] == expected;
        position += there ? 1 : 0;
        return there;
    }

    private String rest() {
        return text(position, regex.length);
    }

    private String text(int begin) {
        return text(begin, Math.min(begin + 10, regex.length));
    }

    private String text(int begin, int end) {
        return new String(regex, begin, end - begin);
    }
}
