package io.github.tribuopeft.chattemplate;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.huggingface.files.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What chat templates need of a {@code tokenizer_config.json}.
 *
 * @param template the template
 * @param specialTokens variables such as {@code bos_token}
 */
record TokenizerConfig(Optional<String> template, Map<String, String> specialTokens) {

    private static final int MAX_BYTES = 16 << 20;
    private static final String CONFIG = "tokenizer_config.json";
    private static final String TEMPLATE = "chat_template.jinja";
    private static final List<String> TOKENS = List.of("bos_token", "eos_token", "pad_token", "unk_token");

    /**
     * Reads the files of a directory.
     *
     * @throws BackboneException if a file cannot be read or is not valid
     */
    static TokenizerConfig read(Path directory) {
        Path file = directory.resolve(CONFIG);
        JsonNode config = Files.isRegularFile(file) ? StrictJson.read(file, MAX_BYTES) : StrictJson.MAPPER.nullNode();
        Map<String, String> tokens = new HashMap<>();
        for (String name : TOKENS) {
            JsonNode token = config.path(name);
            JsonNode content = token.isObject() ? token.path("content") : token;
            if (content.isTextual()) {
                tokens.put(name, content.textValue());
            }
        }
        Path own = directory.resolve(TEMPLATE);
        return new TokenizerConfig(
                Files.isRegularFile(own) ? Optional.of(text(own)) : template(file, config.path("chat_template")),
                tokens);
    }

    private static Optional<String> template(Path file, JsonNode template) {
        if (template.isMissingNode() || template.isNull()) {
            return Optional.empty();
        }
        if (template.isTextual()) {
            return Optional.of(template.textValue());
        }
        for (JsonNode named : template) {
            if (named.path("name").asText().equals("default")
                    && named.path("template").isTextual()) {
                return Optional.of(named.get("template").textValue());
            }
        }
        throw new BackboneException(
                file + ": chat_template is neither a text nor a list with a template of the name 'default'");
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BackboneException(file + " has more than " + MAX_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw BackboneException.unreadable(file, e);
        }
    }
}
