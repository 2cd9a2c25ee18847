package io.github.tribuopeft.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Checks that a regular expression matches in linear time. The native library panics when a match takes too long, so
 * only these forms are allowed: alternatives of single characters, character classes and groups of literals, each with
 * at most one quantifier. Everything after an unbounded quantifier must be optional, so that no character is matched
 * twice. Three forms that byte-level tokenizers use are also allowed; they are linear in a certain order of
 * alternatives, which is checked.
 */
final class LinearTimeRegex {

    /** Reason why an expression is not supported. */
    static final class UnsupportedException extends Exception {
        private static final long serialVersionUID = 1L;

        UnsupportedException(String message) {
            super(message);
        }
    }

    private static final int UNBOUNDED = Integer.MAX_VALUE;
    private static final int MAX_REPETITIONS = 256;
    private static final long MAX_WAYS = 4_096;
    private static final String SPECIAL = "^$*+?{}()|";
    private static final String ESCAPES = "sSdDwWnrtfv";

    private static final String WHITESPACE = "\\s+";
    private static final String WHITESPACE_BUT_LAST = "\\s+(?!\\S)";
    private static final Set<String> LINE_ENDS = Set.of("\\s*[\\r\\n]+", "\\s*[\\r\\n]");

    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String OPTIONAL_SIGN = "[^\\r\\n\\p{L}\\p{N}]?";
    private static final String CAPITALIZED = OPTIONAL_SIGN + UPPER + "*" + LOWER + "+";
    private static final String CAPITALS = OPTIONAL_SIGN + UPPER + "+" + LOWER + "*";

    private final int[] regex;
    private int position;

    private LinearTimeRegex(String regex) {
        this.regex = regex.codePoints().toArray();
    }

    /**
     * Checks an expression.
     *
     * @return number of characters of the shortest match, at least 1
     * @throws UnsupportedException if it may need more than linear time, may match the empty text, or has unknown
     *     syntax
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

    /** Checks that each form that may scan a run of characters twice is followed by one that matches the whole run. */
    private static void requireLinearOrder(List<String> alternatives) throws UnsupportedException {
        for (int i = 0; i < alternatives.size(); i++) {
            String alternative = alternatives.get(i);
            if (LINE_ENDS.contains(alternative)) {
                int next =
                        i + 1 < alternatives.size() && alternatives.get(i + 1).equals(WHITESPACE_BUT_LAST)
                                ? i + 2
                                : i + 1;
                if (next >= alternatives.size() || !alternatives.get(next).equals(WHITESPACE)) {
                    throw new UnsupportedException("expected '" + WHITESPACE + "' after '" + alternative + "'");
                }
            }
            if (alternative.startsWith(CAPITALIZED)
                    && (i + 1 == alternatives.size() || !alternatives.get(i + 1).startsWith(CAPITALS))) {
                throw new UnsupportedException("expected '" + CAPITALS + "' after '" + CAPITALIZED + "'");
            }
        }
    }

    /** Reads an alternative and returns the number of characters of its shortest match. */
    private int alternative() throws UnsupportedException {
        for (String form : LINE_ENDS) {
            if (rest().equals(form) || rest().startsWith(form + "|")) {
                position += form.length();
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
                    && text(Math.max(0, position - 3), position).equals(WHITESPACE)) {
                position += 6;
                break;
            }
            int length = atom();
            int min = 1;
            int max = 1;
            if (position < regex.length && "?*+{".indexOf(regex[position]) >= 0) {
                int[] range = quantifier();
                min = range[0];
                max = range[1];
            }
            if (unbounded && min > 0) {
                throw new UnsupportedException(
                        "after an unbounded quantifier, '" + text(position) + "' must be optional");
            }
            unbounded |= max == UNBOUNDED;
            ways *= max == UNBOUNDED ? 1 : max - min + 1;
            shortest += min * length;
            if (ways > MAX_WAYS) {
                throw new UnsupportedException("it has too many quantifiers");
            }
        }
        if (shortest == 0) {
            throw new UnsupportedException("it may match an empty text");
        }
        return shortest;
    }

    /**
     * Reads a character, a class or a group of literals, and returns the number of characters of its shortest match.
     */
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

    /** Reads a quantifier and returns the minimum and maximum number of repetitions. */
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
        int min = Integer.parseInt(bounds[0]);
        int max = min;
        if (bounds.length == 2) {
            max = bounds[1].isEmpty() ? UNBOUNDED : Integer.parseInt(bounds[1]);
        }
        if (min > MAX_REPETITIONS || max < Math.max(1, min) || max != UNBOUNDED && max > MAX_REPETITIONS) {
            throw new UnsupportedException("it has an unsupported quantifier '" + rest.substring(0, end + 1) + "'");
        }
        position += end + 1;
        return new int[] {min, max};
    }

    private boolean skip(char expected) {
        boolean found = position < regex.length && regex[position] == expected;
        position += found ? 1 : 0;
        return found;
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
