package io.github.tribuopeft.huggingface.adapter;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Regular expression for names of modules, from a configuration. The length of the expression and the number of
 * matching steps are limited, so that a malicious expression is an error and does not block the thread.
 *
 * @param config the configuration, for errors
 * @param key the key of the expression, for errors
 * @param pattern the expression
 */
record ModulePattern(AdapterConfig config, String key, Pattern pattern) {

    private static final int MAX_LENGTH = 4096;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_STEPS = 1_000_000;

    /**
     * Compiles an expression.
     *
     * @throws AdapterException if the expression is not valid, too long or nested too deeply
     */
    static ModulePattern of(AdapterConfig config, String key, String expression) {
        if (expression.length() > MAX_LENGTH || depth(expression) > MAX_DEPTH) {
            throw config.wrong(
                    key,
                    "regular expressions of at most " + MAX_LENGTH + " characters and " + MAX_DEPTH
                            + " levels of brackets");
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
     * Returns whether the expression matches the whole name, as {@code re.fullmatch} does.
     *
     * @throws AdapterException if matching takes too many steps
     */
    boolean matches(String name) {
        try {
            return pattern.matcher(new Counted(name, new int[1])).matches();
        } catch (TooManySteps e) {
            throw config.wrong(key, "a regular expression that is matched in fewer than " + MAX_STEPS + " steps");
        }
    }

    /** Text that limits how often its characters are read. */
    private record Counted(CharSequence text, int[] reads) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++reads[0] > MAX_STEPS) {
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
