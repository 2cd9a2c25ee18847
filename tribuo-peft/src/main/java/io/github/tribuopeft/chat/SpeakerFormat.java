package io.github.tribuopeft.chat;

import io.github.tribuopeft.chat.ChatMessage.Role;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Format for language models without a chat template: a line for each message, with the name of its speaker. System
 * messages have no name. A reply ends at the next line.
 *
 * <pre>
 * Visitor: Who are you?
 * Host:
 * </pre>
 *
 * @param user name of the person who talks to the model
 * @param assistant name of the model
 */
public record SpeakerFormat(String user, String assistant) implements ChatFormat {

    /**
     * Creates a format.
     *
     * @throws IllegalArgumentException if a name is blank or both are equal
     */
    public SpeakerFormat {
        if (user.isBlank() || assistant.isBlank() || user.equals(assistant)) {
            throw new IllegalArgumentException(
                    "The speakers must have two different names, but are '" + user + "' and '" + assistant + "'");
        }
    }

    @Override
    public String prompt(List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("A conversation must have at least one message, but has none");
        }
        return messages.stream().map(message -> line(message) + "\n").collect(Collectors.joining()) + assistant + ":";
    }

    private String line(ChatMessage message) {
        String content = message.content().strip().replaceAll("\\R", " ");
        return message.role() == Role.SYSTEM
                ? content
                : (message.role() == Role.USER ? user : assistant) + ": " + content;
    }

    @Override
    public String reply(String content) {
        return " " + content.strip();
    }

    @Override
    public List<String> stop() {
        return List.of("\n");
    }
}
