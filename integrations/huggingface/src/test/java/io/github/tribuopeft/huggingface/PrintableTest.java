package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

    @TempDir
    private Path folder;

    /** Texts that would end a literal, a comment, a code block or front matter, or that a terminal would obey. */
    static List<String> nasty() {
        List<String> texts = new ArrayList<>(List.of(
                "google-bert/bert-base-uncased",
                "größe 好 😀",
                "",
                "\"",
                "'",
                "\\",
                "\\\"",
                "\"\\",
                "a\nb",
                "a\r\n---\nb: c",
                "```\n# title",
                "`",
                "\u001b[31mred",
                "\u0000",
                "\u0085\u2028\u2029",
                "\u202egnp.exe",
                "\u00a0\u3000",
                "\ud83d\ude00",
                "\ud83d",
                "\ude00\ud83d",
                "\udbff\udfff",
                "\ue000",
                "{{base}} {{labels}} {adapter} %s $1",
                "\"; import os; os.system('true') #",
                "\\x41\\u0041\\N{DIGIT ONE}",
                "C:\\Users\\name"));
        SplittableRandom random = new SplittableRandom(20251126);
        String letters = "\"'\\`\n\r\t{}#$ab\u0000\u007f\u0085\u2028\u202e\ud83d\ude00é好";
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(12), 0, letters.length()).forEach(at -> text.append(letters.charAt(at)));
            texts.add(text.toString());
        }
        return texts;
    }

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

    /** The escape sequences of a literal give the text again, and nothing in it can end it. */
    @Test
    void literalsOfNastyTexts() {
        for (String text : nasty()) {
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
            char kind = literal.charAt(++i);
            int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
            if (digits > 0) {
                text.appendCodePoint(Integer.parseInt(literal.substring(i + 1, i + 1 + digits), 16));
                i += digits;
            } else {
                text.append(kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind);
                assertThat("nrt\"\\").contains(String.valueOf(kind));
            }
        }
        return text.toString();
    }

    /** Python's own parser reads the literals as the texts. */
    @Test
    void literalsInPython() throws IOException, InterruptedException {
        List<String> texts = nasty();
        String list = texts.stream().map(Printable::literal).toList().toString();
        Path source = Files.writeString(folder.resolve("literals.py"), list);
        JsonNode read = new ObjectMapper()
                .readTree(python(
                        "import ast, json, sys; print(json.dumps(ast.literal_eval(open(sys.argv[1], encoding='utf-8').read())))",
                        source));
        assertThat(read).hasSize(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            assertThat(read.get(i).textValue()).isEqualTo(texts.get(i));
        }
    }

    /** Runs a line of Python with a file as its argument; skips the test where there is no Python. */
    static String python(String line, Path argument) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("python3", "-c", line, argument.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "no python3: " + e.getMessage());
            throw e;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
