package io.github.tribuopeft.huggingface;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression over names of modules, from a configuration. Both its length and its search are bounded, so that a hostile expression is an
 * error and does not keep the processor busy.
 *
 * @param config the configuration, for errors
 * @param key the key that the expression belongs to
 * @param pattern the expression
 */
record ModulePattern(AdapterConfig config, String key, Pattern pattern) {

    private static final int LONGEST = 4096;
    private static final int DEEPEST = 50;
    private static final int STEPS = 1_000_000;

    /**
     * Compiles an expression.
     *
     * @throws AdapterException if it is not valid, or too long or too deep
     */
    static ModulePattern of(AdapterConfig config, String key, String expression) {
        if (expression.length() > LONGEST || depth(expression) > DEEPEST) {
            throw config.wrong(
                    key,
                    "regular expressions of at most " + LONGEST + " characters and " + DEEPEST + " levels of brackets");
        }
        try {
            // Python and Java differ in the spelling of named groups
            return new ModulePattern(config, key, Pattern.compile(expression.replace("(?P<", "(?<")));
        } catch (PatternSyntaxException e) {
            throw config.wrong(key, "a valid regular expression: " + e.getDescription());
        }
    }

    private static int depth(String expression) {
        int deepest = 0;
        int depth = 0;
        for (char c : expression.toCharArray()) {
            depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }

    /**
     * Returns whether the expression describes the whole name, as {@code re.fullmatch} does.
     *
     * @throws AdapterException if that takes too many steps
     */
    boolean matches(String name) {
        try {
            return pattern.matcher(new Counted(name, new int[1])).matches();
        } catch (TooManySteps e) {
            throw config.wrong(key, "a regular expression that is matched in fewer than " + STEPS + " steps");
        }
    }

    /** A text that allows a limited number of looks. */
    private record Counted(CharSequence text, int[] looks) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++looks[0] > STEPS) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManySteps() {
            super(null, null, false, false);
        }
    }
}
