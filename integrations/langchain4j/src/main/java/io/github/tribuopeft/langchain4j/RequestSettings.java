package io.github.tribuopeft.langchain4j;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import io.github.tribuopeft.chat.ChatFormat;
import io.github.tribuopeft.generation.GenerationRequest;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Conversion of LangChain4j's request parameters. */
final class RequestSettings {

    private RequestSettings() {}

    /**
     * Returns a request.
     *
     * @throws UnsupportedFeatureException if a parameter is not supported
     * @throws IllegalArgumentException if a parameter is out of its range
     */
    static GenerationRequest generationRequest(String prompt, ChatRequestParameters parameters, ChatFormat format) {
        requireSupported(parameters);
        List<String> stop = Objects.requireNonNullElse(parameters.stopSequences(), List.of());
        return GenerationRequest.greedy(prompt)
                .withMaxTokens(
                        Objects.requireNonNullElse(parameters.maxOutputTokens(), GenerationRequest.DEFAULT_MAX_TOKENS))
                .withTemperature(Objects.requireNonNullElse(parameters.temperature(), 0.0))
                .withTopK(Objects.requireNonNullElse(parameters.topK(), 0))
                .withTopP(Objects.requireNonNullElse(parameters.topP(), 1.0))
                .withStop(Stream.concat(stop.stream(), format.stop().stream()).toList());
    }

    /**
     * Returns the parameters.
     *
     * @throws UnsupportedFeatureException if one of them is not supported
     */
    static ChatRequestParameters requireSupported(ChatRequestParameters parameters) {
        refuse(parameters.modelName() != null, "modelName");
        refuse(parameters.frequencyPenalty() != null, "frequencyPenalty");
        refuse(parameters.presencePenalty() != null, "presencePenalty");
        refuse(parameters.toolChoice() != null, "toolChoice");
        refuse(
                parameters.toolSpecifications() != null
                        && !parameters.toolSpecifications().isEmpty(),
                "toolSpecifications");
        refuse(
                parameters.responseFormat() != null
                        && parameters.responseFormat().type() != ResponseFormatType.TEXT,
                "responseFormat with JSON");
        return parameters;
    }

    private static void refuse(boolean present, String name) {
        if (present) {
            throw new UnsupportedFeatureException("The parameter " + name + " is not supported; expected only"
                    + " temperature, topP, topK, maxOutputTokens and stopSequences");
        }
    }
}
