package io.github.tribuopeft.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.github.tribuopeft.chat.ChatMessage;

/** Conversion of LangChain4j's messages. */
final class TextMessages {

    private TextMessages() {}

    /**
     * Converts a message.
     *
     * @throws UnsupportedFeatureException if it has other contents than one text
     */
    static ChatMessage convert(dev.langchain4j.data.message.ChatMessage message) {
        return switch (message.type()) {
            case SYSTEM -> ChatMessage.system(((SystemMessage) message).text());
            case USER -> user((UserMessage) message);
            case AI -> assistant((AiMessage) message);
            default -> throw unsupported("a message of the type " + message.type());
        };
    }

    private static ChatMessage user(UserMessage message) {
        if (!message.hasSingleText()) {
            throw unsupported("a user message with other contents than one text");
        }
        return ChatMessage.user(message.singleText());
    }

    private static ChatMessage assistant(AiMessage message) {
        if (message.hasToolExecutionRequests()) {
            throw unsupported("a reply with tool execution requests");
        }
        return ChatMessage.assistant(message.text());
    }

    private static UnsupportedFeatureException unsupported(String found) {
        return new UnsupportedFeatureException("The conversation has " + found
                + ", which is not supported; expected system messages, user messages and replies of one text each");
    }
}
