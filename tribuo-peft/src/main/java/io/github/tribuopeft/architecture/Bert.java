package io.github.tribuopeft.architecture;

import io.github.tribuopeft.backbone.Architecture;

/**
 * BERT (Devlin et al. 2019, <a href="https://arxiv.org/abs/1810.04805">arXiv 1810.04805</a>): dimensions and weight
 * names. {@link BertVariant} has the families that differ in details. Weight names are those of Hugging Face.
 *
 * @param vocabulary number of tokens in the vocabulary
 * @param positions number of position ids
 * @param types number of token type embeddings; 0 if the family has none
 * @param hidden hidden width H
 * @param layers number of layers
 * @param heads number of attention heads; divides {@code hidden}
 * @param intermediate width of the feed-forward layer
 * @param epsilon constant that layer norm adds to the variance
 */
public record Bert(
        int vocabulary, int positions, int types, int hidden, int layers, int heads, int intermediate, double epsilon) {

    public Bert {
        if (heads < 1 || hidden % heads != 0) {
            throw new IllegalArgumentException(
                    "The hidden width " + hidden + " is not a multiple of " + heads + " heads");
        }
    }

    /** Returns the architecture. */
    public Architecture architecture() {
        return new BertVariant("bert", this, hidden, 0, 0).architecture();
    }
}
