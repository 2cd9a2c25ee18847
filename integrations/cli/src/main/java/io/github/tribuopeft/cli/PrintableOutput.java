package io.github.tribuopeft.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Output stream that escapes control characters in UTF-8 text, as in <code>&#92;u001b</code>. Names and texts come from
 * files, and a terminal would execute their control characters. The stream escapes the C0 and C1 controls except tabs
 * and line ends, the characters that change the direction of text, and Unicode's line and paragraph separators. JSON
 * has the same escapes, so its values do not change.
 */
final class PrintableOutput extends FilterOutputStream {

    private final byte[] sequence = new byte[4];
    private int length;
    private int expected;

    PrintableOutput(OutputStream out) {
        super(out);
    }

    /** Returns a text with its control characters escaped. */
    static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isControl(c)) {
                printable.append(escape(c));
            } else {
                printable.appendCodePoint(c);
            }
        });
        return printable.toString();
    }

    private static boolean isControl(int c) {
        return c < 0x20 && c != '\n' && c != '\t'
                || c >= 0x7F && c < 0xA0
                || c == 0x061C
                || c == 0x200E
                || c == 0x200F
                || c >= 0x2028 && c <= 0x202E
                || c >= 0x2066 && c <= 0x2069;
    }

    private static String escape(int c) {
        return String.format(Locale.ROOT, "\\u%04x", c);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Writes all complete characters at once. The bytes of an incomplete character are kept until the next write. */
    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        ByteArrayOutputStream printable = new ByteArrayOutputStream(count);
        for (int i = offset; i < offset + count; i++) {
            if (length == 0) {
                int lead = bytes[i] & 0xFF;
                expected = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            }
            sequence[length++] = bytes[i];
            if (length == expected) {
                int c = new String(sequence, 0, length, StandardCharsets.UTF_8).codePointAt(0);
                printable.writeBytes(
                        isControl(c) ? escape(c).getBytes(StandardCharsets.US_ASCII) : Arrays.copyOf(sequence, length));
                length = 0;
            }
        }
        out.write(printable.toByteArray());
    }
}
