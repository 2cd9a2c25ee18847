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

/** The W3C's checker of HTML, CSS and SVG, without its service. */
final class HtmlCheck {

    private HtmlCheck() {}

    /** What it does not like about a page, each with the place. */
    static List<String> errors(String html) throws IOException {
        EmbeddedValidator validator = new EmbeddedValidator();
        validator.setOutputFormat(EmbeddedValidator.OutputFormat.JSON);
        validator.setNoLangDetect(true);
        try {
            String said = validator.validate(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
            JsonNode messages = new ObjectMapper().readTree(said).get("messages");
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
