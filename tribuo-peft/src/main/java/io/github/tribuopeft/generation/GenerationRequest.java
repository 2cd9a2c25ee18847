package io.github.tribuopeft.generation;

import java.util.List;

/**
 * Request for a text after a prompt. The settings have the meaning of those of Hugging Face's {@code generate}, and are
 * applied in its order: repetition penalty, temperature, top-k, top-p, min-p.
 *
 * @param prompt the beginning of the text
 * @param maxTokens maximum number of new tokens, at least 1
 * @param temperature divisor of the logits; 0 for the most probable token (greedy decoding)
 * @param topK number of most probable tokens that are sampled from; 0 for all
 * @param topP probability mass of the most probable tokens that are sampled from, in (0, 1]; 1 for all (Holtzman et al.
 *     2020, <a href="https://arxiv.org/abs/1904.09751">arXiv 1904.09751</a>)
 * @param minP minimum probability relative to the most probable token, in [0, 1); 0 for all tokens (Nguyen et al. 2024,
 *     <a href="https://arxiv.org/abs/2407.01082">arXiv 2407.01082</a>)
 * @param repetitionPenalty divisor of the positive logits, and factor of the negative logits, of tokens that have
 *     occurred, above 0; 1 for none (Keskar et al. 2019, <a href="https://arxiv.org/abs/1909.05858">arXiv
 *     1909.05858</a>)
 * @param seed seed of the samples; equal requests give equal texts
 * @param stop texts that end the generation and are not part of the result
 */
public record GenerationRequest(
        String prompt,
        int maxTokens,
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        long seed,
        List<String> stop) {

    /** Default maximum number of new tokens. */
    public static final int DEFAULT_MAX_TOKENS = 100;

    /**
     * Creates a request.
     *
     * @throws IllegalArgumentException if a setting is out of its range
     */
    public GenerationRequest {
        stop = List.copyOf(stop);
        require(maxTokens >= 1, "maxTokens must be at least 1, but is " + maxTokens);
        require(
                temperature >= 0 && temperature < Double.POSITIVE_INFINITY,
                "temperature must be at least 0 and finite, but is " + temperature);
        require(topK >= 0, "topK must be at least 0, but is " + topK);
        require(topP > 0 && topP <= 1, "topP must be in (0, 1], but is " + topP);
        require(minP >= 0 && minP < 1, "minP must be in [0, 1), but is " + minP);
        require(
                repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY,
                "repetitionPenalty must be above 0 and finite, but is " + repetitionPenalty);
        require(stop.stream().noneMatch(String::isEmpty), "A stop string must not be empty");
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns a request for the most probable tokens, at most {@value #DEFAULT_MAX_TOKENS}. */
    public static GenerationRequest greedy(String prompt) {
        return new GenerationRequest(prompt, DEFAULT_MAX_TOKENS, 0, 0, 1, 0, 1, 0, List.of());
    }

    /** Returns a request for samples of the model's distribution. */
    public static GenerationRequest sampling(String prompt, double temperature, long seed) {
        return new GenerationRequest(prompt, DEFAULT_MAX_TOKENS, temperature, 0, 1, 0, 1, seed, List.of());
    }

    /** Returns this request with another maximum number of new tokens. */
    public GenerationRequest withMaxTokens(int count) {
        return new GenerationRequest(prompt, count, temperature, topK, topP, minP, repetitionPenalty, seed, stop);
    }

    /** Returns this request with another seed. */
    public GenerationRequest withSeed(long other) {
        return new GenerationRequest(prompt, maxTokens, temperature, topK, topP, minP, repetitionPenalty, other, stop);
    }

    /** Returns this request with other stop strings. */
    public GenerationRequest withStop(List<String> strings) {
        return new GenerationRequest(
                prompt, maxTokens, temperature, topK, topP, minP, repetitionPenalty, seed, strings);
    }

    /** Returns this request with another prompt. */
    public GenerationRequest withPrompt(String value) {
        return new GenerationRequest(value, maxTokens, temperature, topK, topP, minP, repetitionPenalty, seed, stop);
    }

    /** Returns this request with another temperature; 0 for greedy decoding. */
    public GenerationRequest withTemperature(double value) {
        return new GenerationRequest(prompt, maxTokens, value, topK, topP, minP, repetitionPenalty, seed, stop);
    }

    /** Returns this request with another number of most probable tokens to sample from; 0 for all. */
    public GenerationRequest withTopK(int value) {
        return new GenerationRequest(prompt, maxTokens, temperature, value, topP, minP, repetitionPenalty, seed, stop);
    }

    /** Returns this request with another probability mass of the most probable tokens; 1 for all. */
    public GenerationRequest withTopP(double value) {
        return new GenerationRequest(prompt, maxTokens, temperature, topK, value, minP, repetitionPenalty, seed, stop);
    }

    /** Returns this request with another minimum probability relative to the most probable token; 0 for all. */
    public GenerationRequest withMinP(double value) {
        return new GenerationRequest(prompt, maxTokens, temperature, topK, topP, value, repetitionPenalty, seed, stop);
    }

    /** Returns this request with another penalty of tokens that have occurred; 1 for none. */
    public GenerationRequest withRepetitionPenalty(double value) {
        return new GenerationRequest(prompt, maxTokens, temperature, topK, topP, minP, value, seed, stop);
    }
}
