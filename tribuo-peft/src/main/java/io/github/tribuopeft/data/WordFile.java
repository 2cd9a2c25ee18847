package io.github.tribuopeft.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reader of sentences that are already split into words, for the prediction of their tags. A {@code .conll} file has a
 * word in the first column of each line and a blank line after each sentence; further columns, such as tags, are
 * ignored. A {@code .jsonl} file has an object with the key {@code tokens}, a list of words, in each line.
 */
public final class WordFile {

    private static final String TOKENS = "tokens";
    private static final String DOCUMENT_START = "-DOCSTART-";

    private WordFile() {}

    /**
     * Returns whether a file contains words: a {@code .conll} file, or a {@code .jsonl} file whose first object has the
     * key {@code tokens}.
     *
     * @throws DataFileException if the file is missing, or its first object is not valid JSON
     */
    public static boolean matches(Path file) throws IOException {
        if (!hasEnding(file, ".jsonl")) {
            return hasEnding(file, ".conll");
        }
        try (DataLines lines = DataLines.open(file)) {
            String first = nextNotBlank(lines);
            return first != null && JsonRows.parse(lines, first).has(TOKENS);
        }
    }

    /**
     * Reads the sentences of a file.
     *
     * @return the words of each sentence, at least one
     * @throws DataFileException if the file is missing, has no sentences, or a line is not valid
     */
    public static List<List<String>> read(Path file) throws IOException {
        List<List<String>> sentences = hasEnding(file, ".jsonl") ? readJson(file) : readColumns(file);
        if (sentences.isEmpty()) {
            throw new DataFileException(file, "the file has no sentences");
        }
        return sentences;
    }

    private static List<List<String>> readColumns(Path file) throws IOException {
        List<List<String>> sentences = new ArrayList<>();
        List<String> words = new ArrayList<>();
        try (DataLines lines = DataLines.open(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                String word = Whitespace.trim(line.split(line.indexOf('\t') >= 0 ? "\t" : " ", 2)[0]);
                if (!word.isEmpty() && !word.equals(DOCUMENT_START)) {
                    if (words.size() == ConllFile.MAX_WORDS) {
                        throw lines.error("the sentence has more than " + ConllFile.MAX_WORDS
                                + " words; expected a blank line after each sentence");
                    }
                    words.add(word);
                } else if (!words.isEmpty()) {
                    sentences.add(words);
                    words = new ArrayList<>();
                }
            }
        }
        if (!words.isEmpty()) {
            sentences.add(words);
        }
        return sentences;
    }

    private static List<List<String>> readJson(Path file) throws IOException {
        List<List<String>> sentences = new ArrayList<>();
        try (DataLines lines = DataLines.open(file)) {
            for (String line = nextNotBlank(lines); line != null; line = nextNotBlank(lines)) {
                JsonNode tokens = JsonRows.parse(lines, line).path(TOKENS);
                if (!tokens.isArray() || tokens.isEmpty()) {
                    throw lines.error("expected an object with a list of words for '" + TOKENS + "'");
                }
                List<String> words = new ArrayList<>();
                for (JsonNode token : tokens) {
                    if (!token.isTextual() || Whitespace.isBlank(token.asText())) {
                        throw lines.error("word " + (words.size() + 1) + " is " + Quotes.of(token.toString())
                                + "; expected a string that is not blank");
                    }
                    words.add(JsonRows.requireText(lines, "word", token.asText()));
                }
                sentences.add(words);
            }
        }
        return sentences;
    }

    private static String nextNotBlank(DataLines lines) throws IOException {
        String line = lines.next();
        while (line != null && Whitespace.trim(line).isEmpty()) {
            line = lines.next();
        }
        return line;
    }

    private static boolean hasEnding(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }
}
