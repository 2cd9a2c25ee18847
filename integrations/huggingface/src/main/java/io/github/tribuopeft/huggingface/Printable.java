package io.github.tribuopeft.huggingface;

/** Text from a file or a user, made safe for terminals, logs and programs. */
final class Printable {

    private Printable() {}

    /**
     * Replaces each code point without a visible glyph by an escape sequence that Python, YAML and Java developers read alike: {@code \n}, {@code
     * \x1b}, {@code \u202e}, {@code \U000e0001}. These are control and format characters, unpaired surrogates, private and unassigned code points,
     * line separators, and all spaces but the ASCII one.
     */
    static String text(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (isVisible(point)) {
                printable.appendCodePoint(point);
            } else {
                printable.append(escape(point));
            }
        });
        return printable.toString();
    }

    /** A printable text of at most {@code length} characters, of which the last is an ellipsis if more follow. */
    static String text(String text, int length) {
        return text.length() <= length ? text(text) : text(text.substring(0, length - 1)) + "…";
    }

    /**
     * A string literal in double quotes that is valid in Python and in YAML. It contains no line break, no backtick and no unescaped quote, so it
     * can neither end itself nor a Markdown code block.
     */
    static String literal(String text) {
        String quoted = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("`", "\\x60");
        return '"' + text(quoted) + '"';
    }

    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }

    private static String escape(int point) {
        return switch (point) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                point < 0x100
                        ? String.format("\\x%02x", point)
                        : point < 0x10000 ? String.format("\\u%04x", point) : String.format("\\U%08x", point);
        };
    }
}
