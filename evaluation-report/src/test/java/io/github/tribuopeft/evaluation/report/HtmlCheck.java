package io.github.tribuopeft.evaluation.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import nu.validator.client.EmbeddedValidator;
import org.xml.sax.SAXException;

/** W3C validator of HTML, CSS and SVG, run locally. */
final class HtmlCheck {

    private HtmlCheck() {}

    /** Returns the errors and warnings of a page with their locations. */
    static List<String> errors(String html) throws IOException {
        EmbeddedValidator validator = new EmbeddedValidator();
        validator.setOutputFormat(EmbeddedValidator.OutputFormat.JSON);
        validator.setNoLangDetect(true);
        try {
            String report = validator.validate(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
            JsonNode messages = new ObjectMapper().readTree(report).get("messages");
            return StreamSupport.stream(messages.spliterator(), false)
                    .map(message -> message.path("type").asText() + ": "
                            + message.path("message").asText() + " at "
                            + message.path("extract").asText())
                    .toList();
        } catch (SAXException e) {
            throw new IOException(e);
        }
    }
}
