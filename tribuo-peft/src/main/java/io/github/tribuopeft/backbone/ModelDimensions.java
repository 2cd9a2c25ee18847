package io.github.tribuopeft.backbone;

/**
 * Dimensions of a transformer, which determine the shapes of adapters.
 *
 * @param layers number of transformer layers; 0 if they are a traced module
 * @param hidden width H of the hidden states
 * @param embedding width E of word embeddings and prompts; H in most architectures
 * @param keyValueHeads number K of heads of keys and values; with grouped-query attention, there are more heads of
 *     queries
 * @param headWidth width D of a head
 * @param vocabulary number of word embeddings
 * @param positions number of positions, and so the maximum number of tokens with position ids
 */
public record ModelDimensions(
        int layers, int hidden, int embedding, int keyValueHeads, int headWidth, int vocabulary, int positions) {}
