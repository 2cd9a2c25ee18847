package io.github.tribuopeft.chat;

import java.util.Locale;

/**
 * Message of a conversation.
 *
 * @param role the speaker
 * @param content the text
 */
public record ChatMessage(Role role, String content) {

    /** Speaker of a message. */
    public enum Role {
        /** Instructions for the whole conversation. */
        SYSTEM,
        /** The person who talks to the model. */
        USER,
        /** The model. */
        ASSISTANT;

        /** Returns the name in chat templates, such as {@code user}. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns instructions for the whole conversation. */
    public static ChatMessage system(String content) {
        return new ChatMessage(Role.SYSTEM, content);
    }

    /** Returns a message to the model. */
    public static ChatMessage user(String content) {
        return new ChatMessage(Role.USER, content);
    }

    /** Returns a reply of the model. */
    public static ChatMessage assistant(String content) {
        return new ChatMessage(Role.ASSISTANT, content);
    }
}
