package io.github.tribuopeft.chat;

import java.util.List;

/** Conversion of a conversation to the text after which a language model writes its reply. */
public interface ChatFormat {

    /**
     * Returns the text of a conversation up to the beginning of the next reply.
     *
     * @param messages the conversation, at least one message
     * @throws IllegalArgumentException if there is no message, or the format does not allow this order of roles
     */
    String prompt(List<ChatMessage> messages);

    /** Returns the text of a reply after its prompt, without an end token. */
    String reply(String content);

    /** Returns the strings that end a reply, in addition to the end token. */
    List<String> stop();
}
