package io.github.tribuopeft.architecture;

import io.github.tribuopeft.backbone.Architecture;

/**
 * BERT (Devlin et al. 2019, <a href="https://arxiv.org/abs/1810.04805">arXiv 1810.04805</a>): sizes in, an {@link Architecture} with
 * Hugging Face's weight names out. {@link BertVariant} has the families that differ from it a little.
 *
 * @param vocabulary number of word pieces
 * @param positions number of positions that a text can take
 * @param types number of token type embeddings; 0 where the family has none
 * @param hidden width H
 * @param layers number of layers
 * @param heads number of attention heads; divides {@code hidden}
 * @param intermediate width of the feed-forward layer
 * @param epsilon what layer norm adds to the variance
 */
public record Bert(
        int vocabulary, int positions, int types, int hidden, int layers, int heads, int intermediate, double epsilon) {

    public Bert {
        if (heads < 1 || hidden % heads != 0) {
            throw new IllegalArgumentException("The hidden width " + hidden + " is no multiple of " + heads + " heads");
        }
    }

    /** The architecture of this size. */
    public Architecture architecture() {
        return new BertVariant("bert", this, hidden, 0, 0).architecture();
    }
}
