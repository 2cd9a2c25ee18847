package io.github.tribuopeft.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.chat.ChatFormat;
import java.util.concurrent.Executor;

/**
 * Streaming chat model of LangChain4j that an adapted language model, such as a persona, answers for. Parameters are
 * those of {@link PeftChatModel}. Partial responses consist of whole characters. After its handler cancels a response,
 * the handler is not called again. The model is borrowed and never closed. Safe for concurrent use.
 */
public final class PeftStreamingChatModel implements StreamingChatModel {

    private final ReplyGenerator replies;
    private final ChatRequestParameters defaults;
    private final Executor executor;

    /**
     * Creates a chat model.
     *
     * @param model the language model
     * @param format the format that the model was trained with
     * @param defaults parameters of requests that do not set them
     * @param executor runs the generation and calls the handlers
     * @throws dev.langchain4j.exception.UnsupportedFeatureException if a parameter is not supported
     */
    public PeftStreamingChatModel(
            PeftTextModel model, ChatFormat format, ChatRequestParameters defaults, Executor executor) {
        this.replies = new ReplyGenerator(model, format);
        this.defaults = RequestSettings.requireSupported(defaults);
        this.executor = executor;
    }

    /** {@inheritDoc} Errors, also those of the request, are passed to the handler. */
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        executor.execute(() -> stream(request, handler));
    }

    private void stream(ChatRequest request, StreamingChatResponseHandler handler) {
        Cancellation cancellation = new Cancellation();
        ChatResponse response;
        try {
            response = replies.reply(request, part -> {
                handler.onPartialResponse(new PartialResponse(part), new PartialResponseContext(cancellation));
                return !cancellation.isCancelled();
            });
        } catch (RuntimeException e) {
            handler.onError(e);
            return;
        }
        if (!cancellation.isCancelled()) {
            handler.onCompleteResponse(response);
        }
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return defaults;
    }
}
