package io.github.tribuopeft.generation;

/**
 * Request for the text with the highest score among those that a beam search finds. The settings have the meaning of
 * those of Hugging Face's {@code generate}. A score is the log-probability of the new tokens, divided by a power of their
 * number.
 *
 * @param prompt the beginning of the text
 * @param maxTokens maximum number of new tokens, at least 1
 * @param beams number of texts that are continued at the same time, at least 1
 * @param lengthPenalty exponent of the number of new tokens; higher values prefer longer texts (Wu et al. 2016, <a
 *     href="https://arxiv.org/abs/1609.08144">arXiv 1609.08144</a>)
 * @param earlyStopping when the search ends
 */
public record BeamRequest(String prompt, int maxTokens, int beams, double lengthPenalty, EarlyStopping earlyStopping) {

    /** When a search ends before the maximum number of tokens. */
    public enum EarlyStopping {
        /** As soon as there are as many complete texts as beams; {@code early_stopping=True}. */
        FIRST_COMPLETE,
        /**
         * When no beam, at its present length, has a higher score than the worst complete text; {@code
         * early_stopping=False}.
         */
        UNLIKELY_TO_IMPROVE,
        /**
         * When no beam, at the length that is best for it, can have a higher score than the worst complete text; {@code
         * early_stopping="never"}.
         */
        CANNOT_IMPROVE
    }

    /**
     * Creates a request.
     *
     * @throws IllegalArgumentException if a setting is out of its range
     */
    public BeamRequest {
        GenerationRequest.require(maxTokens >= 1, "maxTokens must be at least 1, but is " + maxTokens);
        GenerationRequest.require(beams >= 1, "beams must be at least 1, but is " + beams);
        GenerationRequest.require(
                Double.isFinite(lengthPenalty), "lengthPenalty must be finite, but is " + lengthPenalty);
    }

    /** Returns a request with Hugging Face's defaults and {@value GenerationRequest#DEFAULT_MAX_TOKENS} tokens. */
    public static BeamRequest of(String prompt, int beams) {
        return new BeamRequest(
                prompt, GenerationRequest.DEFAULT_MAX_TOKENS, beams, 1, EarlyStopping.UNLIKELY_TO_IMPROVE);
    }
}
