package io.github.tribuopeft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;

/** Writer of JSON. */
final class Json {

    private static final ObjectMapper LINE = new ObjectMapper();
    private static final ObjectMapper PRETTY = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** Returns a value as JSON in one line. */
    static String line(Object value) throws IOException {
        return LINE.writeValueAsString(value);
    }

    /** Writes a value to a file and creates its parent directories. */
    static void write(Path file, Object value) throws IOException {
        byte[] content = PRETTY.writeValueAsBytes(value);
        AtomicFile.write(file, out -> out.write(content));
    }
}
