package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tests of the escapes of control characters. */
class PrintableOutputTest {

    private static String printed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new PrintStream(new PrintableOutput(bytes), true, StandardCharsets.UTF_8).print(text);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printableTextIsUnchanged() {
        String text = "naïve 東京 𝔘 🚂\tend\n";
        assertThat(printed(text)).isEqualTo(text);
        assertThat(PrintableOutput.of(text)).isEqualTo(text);
    }

    @Test
    void controlsAreEscaped() {
        String text = "\u001b]0;title\u0007 \r \u0000 \u007f \u0085 \u009b31m \u061c \u200e \u202e \u2066 \u2028";
        assertThat(printed(text))
                .isEqualTo("\\u001b]0;title\\u0007 \\u000d \\u0000 \\u007f \\u0085 \\u009b31m \\u061c \\u200e \\u202e"
                        + " \\u2066 \\u2028")
                .isEqualTo(PrintableOutput.of(text));
    }

    @Test
    void jsonValuesAreUnchanged() throws IOException {
        String text = "\u001b \u0085 \u202e \u2028 \u007f";
        assertThat(new ObjectMapper().readValue(printed(Json.line(text)), String.class))
                .isEqualTo(text);
    }

    /** A character may be split between two writes. */
    @Test
    void splitCharacters() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintableOutput out = new PrintableOutput(bytes)) {
            for (byte b : "ü\u009b東🚂".getBytes(StandardCharsets.UTF_8)) {
                out.write(b);
                out.flush();
            }
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("ü\\u009b東🚂");
    }
}
