package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.Whitespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reader of the texts on standard input. */
final class StandardInput {

    private StandardInput() {}

    /**
     * Reads one text from each line.
     *
     * @throws UsageException if there are no texts, or they are not in UTF-8
     */
    static PredictionInput.Texts read() throws IOException {
        // not closed: standard input belongs to the process
        BufferedReader in = new BufferedReader(new InputStreamReader(
                System.in, StandardCharsets.UTF_8.newDecoder())); // throws an exception for bytes that are not UTF-8
        try {
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
            if (lines.stream().allMatch(Whitespace::isBlank)) {
                throw new UsageException("standard input has no texts; expected one text in each line");
            }
            return new PredictionInput.Texts(lines);
        } catch (CharacterCodingException e) {
            throw new UsageException("standard input is not in UTF-8", e);
        }
    }
}
