package io.github.tribuopeft.chattemplate;

import io.github.tribuopeft.chat.ChatFormat;
import io.github.tribuopeft.chat.ChatMessage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chat template of a Hugging Face directory, with the result of transformers' {@code apply_chat_template}. Templates
 * are written in Jinja; see {@link TemplateEngine} for the constructs that differ. A template cannot read files or call
 * Java methods, and its loops and its output are limited. Safe for concurrent use.
 */
public final class ChatTemplate implements ChatFormat {

    private final String name;
    private final String source;
    private final Map<String, String> specialTokens;
    private final Clock clock;

    /**
     * Creates a template.
     *
     * @param name the name for errors, such as a file
     * @param source the template
     * @param specialTokens variables of the template such as {@code bos_token}
     * @param clock the date of {@code strftime_now}
     */
    ChatTemplate(String name, String source, Map<String, String> specialTokens, Clock clock) {
        this.name = name;
        this.source = source;
        this.specialTokens = Map.copyOf(specialTokens);
        this.clock = clock;
    }

    /**
     * Reads the template of a directory: {@code chat_template.jinja}, or {@code chat_template} in
     * {@code tokenizer_config.json}, of several the one with the name {@code default}.
     *
     * @return the template; empty if the directory has none
     * @throws io.github.tribuopeft.backbone.BackboneException if a file cannot be read or is not valid
     */
    public static Optional<ChatTemplate> read(Path directory) {
        TokenizerConfig config = TokenizerConfig.read(directory);
        return config.template()
                .map(text -> new ChatTemplate(
                        directory.toString(), text, config.specialTokens(), Clock.systemDefaultZone()));
    }

    /** {@inheritDoc} A template error, and a call of {@code raise_exception}, are an IllegalArgumentException. */
    @Override
    public String prompt(List<ChatMessage> messages) {
        return render(messages, true);
    }

    /**
     * Returns the text of a conversation.
     *
     * @param generationPrompt whether the text ends with the beginning of the next reply
     * @throws IllegalArgumentException if there is no message, or the template fails
     */
    public String render(List<ChatMessage> messages, boolean generationPrompt) {
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("A conversation must have at least one message, but has none");
        }
        Map<String, Object> variables = new HashMap<>(specialTokens);
        variables.put(TemplateFunctions.STRFTIME_NOW, clock);
        variables.put("add_generation_prompt", generationPrompt);
        variables.put(
                "messages",
                messages.stream()
                        .map(message -> Map.of("role", message.role().id(), "content", message.content()))
                        .toList());
        try {
            return TemplateEngine.render(source, variables);
        } catch (TemplateException e) {
            throw new IllegalArgumentException("The chat template of " + name + " failed: " + e.getMessage(), e);
        }
    }

    /** {@inheritDoc} The text is the content, because the template writes what surrounds it. */
    @Override
    public String reply(String content) {
        return content;
    }

    /** Returns an empty list: the end token ends a reply. */
    @Override
    public List<String> stop() {
        return List.of();
    }
}
