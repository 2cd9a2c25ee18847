package io.github.tribuopeft.huggingface.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bert-base | \"bert-base\"",
                "a\"b       | \"a\\\"b\"",
                "a\\b       | \"a\\\\b\"",
                "```       | \"\\x60\\x60\\x60\"",
                "größe     | \"größe\""
            })
    void literals(String text, String literal) {
        assertThat(Printable.literal(text)).isEqualTo(literal);
    }

    @Test
    void controlCharacters() {
        assertThat(Printable.literal("a\nb\u0000\u001b\u2028\ud83d\udb40\udc01\ud83d\ude00"))
                .isEqualTo("\"a\\nb\\x00\\x1b\\u2028\\ud83d\\U000e0001\ud83d\ude00\"");
        assertThat(Printable.text("'a\u001b[31m' \"b\"\n")).isEqualTo("'a\\x1b[31m' \"b\"\\n");
        assertThat(Printable.text("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Printable.text("abcdef", 5)).isEqualTo("abcd…");
    }

    /** The escape sequences of a literal decode to the text, and the text cannot end the literal. */
    @Test
    void literalsOfHostileTexts() {
        for (String text : HostileTexts.samples()) {
            String literal = Printable.literal(text);
            assertThat(literal).startsWith("\"").endsWith("\"").doesNotContain("`", "\n", "\r", "\u2028", "\u0085");
            assertThat(unescaped(literal)).as(literal).isEqualTo(text);
        }
    }

    private static String unescaped(String literal) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < literal.length() - 1; i++) {
            char c = literal.charAt(i);
            assertThat(c).isNotEqualTo('"');
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = literal.charAt(++i);
            int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
            if (digits > 0) {
                text.appendCodePoint(Integer.parseInt(literal.substring(i + 1, i + 1 + digits), 16));
                i += digits;
            } else {
                text.append(escape == 'n' ? '\n' : escape == 'r' ? '\r' : escape == 't' ? '\t' : escape);
                assertThat("nrt\"\\").contains(String.valueOf(escape));
            }
        }
        return text.toString();
    }

    /** Python's parser decodes the literals to the texts. */
    @Test
    void literalsInPython() throws IOException, InterruptedException {
        List<String> texts = HostileTexts.samples();
        String list = texts.stream().map(Printable::literal).toList().toString();
        Path source = Files.writeString(folder.resolve("literals.py"), list);
        JsonNode read = new ObjectMapper()
                .readTree(Python.run(
                        "import ast, json, sys; print(json.dumps(ast.literal_eval(open(sys.argv[1], encoding='utf-8').read())))",
                        source));
        assertThat(read).hasSize(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            assertThat(read.get(i).textValue()).isEqualTo(texts.get(i));
        }
    }
}
