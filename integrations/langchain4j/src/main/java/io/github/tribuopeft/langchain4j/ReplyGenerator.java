package io.github.tribuopeft.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.chat.ChatFormat;
import io.github.tribuopeft.generation.Generation;
import io.github.tribuopeft.generation.GenerationRequest;
import java.util.function.Predicate;

/**
 * Generation of replies to LangChain4j's requests.
 *
 * @param model the language model
 * @param format the format of its prompts
 */
record ReplyGenerator(PeftTextModel model, ChatFormat format) {

    /**
     * Generates a reply. Whitespace before it, which belongs to the format, is not part of it.
     *
     * @param listener receives the text in parts that are not empty, and returns whether to continue
     */
    ChatResponse reply(ChatRequest request, Predicate<String> listener) {
        String prompt = format.prompt(
                request.messages().stream().map(TextMessages::convert).toList());
        GenerationRequest generationRequest = RequestSettings.generationRequest(prompt, request.parameters(), format);
        StringBuilder begun = new StringBuilder();
        Generation generation = model.generate(generationRequest, part -> {
            String text = begun.isEmpty() ? part.stripLeading() : part;
            begun.append(text);
            return text.isEmpty() || listener.test(text);
        });
        return ChatResponse.builder()
                .aiMessage(AiMessage.from(generation.text().stripLeading()))
                .tokenUsage(new TokenUsage(
                        generation.promptTokens(), generation.ids().size()))
                .finishReason(finishReason(generation))
                .build();
    }

    private static FinishReason finishReason(Generation generation) {
        return switch (generation.finishReason()) {
            case STOP -> FinishReason.STOP;
            case LENGTH -> FinishReason.LENGTH;
            case CANCELLED -> FinishReason.OTHER;
        };
    }
}
