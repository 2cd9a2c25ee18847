package io.github.tribuopeft.cli;

import io.github.tribuopeft.generation.GenerationRequest;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of generated texts. */
final class GenerationOptions {

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Maximum number of new tokens (default: ${DEFAULT-VALUE}).")
    private int maxTokens = GenerationRequest.DEFAULT_MAX_TOKENS;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "Divisor of the logits of sampled tokens; 0 for the most probable token (default: 0).")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "N",
            description = "Number of most probable tokens to sample from (default: all).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "X",
            description = "Probability mass of the most probable tokens to sample from (default: 1).")
    private double topP = 1;

    @Option(
            names = "--min-p",
            paramLabel = "X",
            description = "Minimum probability relative to the most probable token (default: 0).")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            description = "Penalty of tokens that have occurred (default: 1, none).")
    private double repetitionPenalty = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the samples (default: ${DEFAULT-VALUE}).")
    private long seed = 12345;

    @Option(names = "--stop", paramLabel = "TEXT", description = "Text that ends the generation. May be repeated.")
    private List<String> stop = List.of();

    /**
     * Returns the request for a text after a prompt.
     *
     * @throws UsageException if an option is out of its range
     */
    GenerationRequest request(String prompt) {
        try {
            return new GenerationRequest(
                    prompt, maxTokens, temperature, topK, topP, minP, repetitionPenalty, seed, stop);
        } catch (IllegalArgumentException e) {
            throw new UsageException("generation options: " + e.getMessage(), e);
        }
    }
}
