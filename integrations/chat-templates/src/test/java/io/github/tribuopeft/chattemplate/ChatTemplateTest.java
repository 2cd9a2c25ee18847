package io.github.tribuopeft.chattemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.chat.ChatMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of chat templates, compared with those of transformers, and limits of templates. */
class ChatTemplateTest {

    private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");
    private static final Clock NOON = Clock.fixed(Instant.parse("2024-02-09T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private static ChatTemplate template(String source) {
        return new ChatTemplate("a test", source, TOKENS, NOON);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ChatTemplateTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"headers", "dated", "chatml", "tools", "thinking", "alternating", "indented"})
    void textsAreThoseOfTransformers(String name) throws IOException {
        ChatTemplate template = template(resource(name + ".jinja"));
        int compared = 0;
        for (JsonNode row : new ObjectMapper().readTree(resource("chats.json"))) {
            if (!row.get("template").asText().equals(name + ".jinja")) {
                continue;
            }
            List<ChatMessage> messages = StreamSupport.stream(
                            row.get("messages").spliterator(), false)
                    .map(message -> new ChatMessage(
                            ChatMessage.Role.valueOf(
                                    message.get("role").asText().toUpperCase(Locale.ROOT)),
                            message.get("content").asText()))
                    .toList();
            boolean generationPrompt = row.get("generationPrompt").asBoolean();
            if (row.has("error")) {
                assertThatThrownBy(() -> template.render(messages, generationPrompt))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("The chat template of a test failed: "
                                + row.get("error").asText());
            } else {
                assertThat(template.render(messages, generationPrompt))
                        .isEqualTo(row.get("text").asText());
            }
            compared++;
        }
        assertThat(compared).isEqualTo(16);
    }

    private static String render(String source) {
        return template(source).prompt(List.of(ChatMessage.user("Hi")));
    }

    @Test
    void presentDate() {
        assertThat(render("{{ strftime_now('%d %b %Y, %A %H:%M %%') }}")).isEqualTo("09 Feb 2024, Friday 12:00 %");
        assertThat(render("{% if strftime_now is defined %}{{ strftime_now('%Y') }}{% endif %}"))
                .isEqualTo("2024");
        assertThatThrownBy(() -> render("{{ strftime_now('%Q') }}")).hasMessageContaining("no field %Q");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% include 'pom.xml' %}",
                "{% import 'pom.xml' as p %}",
                "{% from 'pom.xml' import p %}",
                "{% extends 'pom.xml' %}",
                "{{ messages.getClass() }}",
                "{{ ''.getClass().forName('java.lang.Runtime') }}",
                "{{ messages[0].content.getBytes() }}",
                "{{ messages[0].clear() }}",
                "{{ unknown_function(1) }}",
                "{% if messages %}",
                "{% unknowntag %}"
            })
    void templatesAreDataOnly(String source) {
        assertThatThrownBy(() -> render(source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The chat template of a test failed: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}{% if true %}{% endif %}"
                        + "{% endfor %}{% endfor %}{% endfor %}",
                "{% set ns = namespace(s='0123456789') %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}"
                        + "{% endfor %}{{ ns.s }}",
                "{% for a in range(1000) %}{% for b in range(1000) %}0123456789{% endfor %}{% endfor %}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"
            })
    @Timeout(60)
    void loopsAndOutputAreLimited(String source) {
        assertThatThrownBy(() -> render(source)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void filesOfDirectories() throws IOException {
        assertThat(ChatTemplate.read(folder)).isEmpty();
        Path config = folder.resolve("tokenizer_config.json");
        Files.writeString(config, "{\"bos_token\": {\"content\": \"<s>\"}, \"chat_template\": \"{{ bos_token }}old\"}");
        assertThat(read()).isEqualTo("<s>old");
        Files.writeString(
                config,
                "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"a\"},"
                        + " {\"name\": \"default\", \"template\": \"b\"}]}");
        assertThat(read()).isEqualTo("b");
        Files.writeString(folder.resolve("chat_template.jinja"), "new");
        assertThat(read()).isEqualTo("new");
        Files.delete(folder.resolve("chat_template.jinja"));
        Files.writeString(config, "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"a\"}]}");
        assertThatThrownBy(() -> ChatTemplate.read(folder))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("chat_template is neither");
    }

    private String read() {
        return ChatTemplate.read(folder).orElseThrow().prompt(List.of(ChatMessage.user("Hi")));
    }

    @Test
    void aConversationHasAMessage() {
        assertThatThrownBy(() -> template("a").prompt(List.of()))
                .hasMessage("A conversation must have at least one message, but has none");
    }
}
