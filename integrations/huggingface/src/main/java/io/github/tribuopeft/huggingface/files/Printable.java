package io.github.tribuopeft.huggingface.files;

/** Makes text from a file or a user safe for terminals, logs and programs. */
public final class Printable {

    private Printable() {}

    /**
     * Replaces each code point without a visible glyph by an escape sequence as in Python: {@code \n}, {@code \x1b},
     * {@code \u202e}, {@code \U000e0001}. These code points are control and format characters, unpaired surrogates,
     * private and unassigned code points, line separators, and all spaces except the ASCII space.
     */
    public static String text(String text) {
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

    /**
     * Escapes a text and cuts it to {@code length} characters, the last of which is an ellipsis if the text was
     * longer.
     */
    public static String text(String text, int length) {
        return text.length() <= length ? text(text) : text(text.substring(0, length - 1)) + "…";
    }

    /**
     * Returns a string literal in double quotes that is valid in Python and in YAML. It contains no line break, no
     * backtick and no unescaped quote, so the text cannot end the literal or a Markdown code block.
     */
    public static String literal(String text) {
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
