package io.github.tribuopeft.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.chat.ChatFormat;

/**
 * Chat model of LangChain4j that an adapted language model, such as a persona, answers for. The model is borrowed and
 * never closed. Safe for concurrent use.
 *
 * <p>Supported parameters are temperature, topP, topK, maxOutputTokens and stopSequences; without a temperature, each
 * token is the most probable one. Equal requests give equal replies. Other parameters, tools, response formats and
 * messages with other contents than text cause an {@link dev.langchain4j.exception.UnsupportedFeatureException}.
 *
 * <pre>{@code
 * ChatModel marlow = new PeftChatModel(model, new SpeakerFormat("Visitor", "Host"));
 * String answer = marlow.chat("Who are you?");
 * }</pre>
 */
public final class PeftChatModel implements ChatModel {

    private final ReplyGenerator replies;
    private final ChatRequestParameters defaults;

    /**
     * Creates a chat model without default parameters.
     *
     * @param model the language model
     * @param format the format that the model was trained with
     */
    public PeftChatModel(PeftTextModel model, ChatFormat format) {
        this(model, format, ChatRequestParameters.builder().build());
    }

    /**
     * Creates a chat model.
     *
     * @param model the language model
     * @param format the format that the model was trained with
     * @param defaults parameters of requests that do not set them
     * @throws dev.langchain4j.exception.UnsupportedFeatureException if a parameter is not supported
     */
    public PeftChatModel(PeftTextModel model, ChatFormat format, ChatRequestParameters defaults) {
        this.replies = new ReplyGenerator(model, format);
        this.defaults = RequestSettings.requireSupported(defaults);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        return replies.reply(request, part -> true);
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return defaults;
    }
}
