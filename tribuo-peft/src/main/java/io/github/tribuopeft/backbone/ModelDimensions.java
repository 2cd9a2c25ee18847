package io.github.tribuopeft.backbone;

/**
 * The extents of a frozen transformer that a method needs to size its tensors.
 *
 * @param layers number of attention layers
 * @param hidden width H of the hidden states
 * @param embedding width of a word embedding, where prompts enter; H in most architectures
 * @param keyValueHeads number N of heads that have keys and values (fewer than the query heads in grouped-query attention)
 * @param headWidth width D of one head
 * @param vocabulary number of word embeddings
 * @param positions number of tokens, virtual ones included, that have a position
 */
public record ModelDimensions(
        int layers, int hidden, int embedding, int keyValueHeads, int headWidth, int vocabulary, int positions) {}
