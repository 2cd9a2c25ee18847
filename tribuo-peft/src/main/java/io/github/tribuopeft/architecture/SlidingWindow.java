package io.github.tribuopeft.architecture;

/**
 * A causal layer's view of the nearest tokens alone (Beltagy et al. 2020, <a href="https://arxiv.org/abs/2004.05150">arXiv 2004.05150</a>). Prefixes, and
 * prompts without position numbers, are always seen.
 *
 * @param width number of tokens that a token sees, itself included; 0 for all before it
 * @param firstLayer the first layer with a window, from 0; those before it see everything
 */
public record SlidingWindow(int width, int firstLayer) {

    /** No layer has a window. */
    public static final SlidingWindow NONE = new SlidingWindow(0, 0);

    public SlidingWindow {
        if (width < 0 || firstLayer < 0) {
            throw new IllegalArgumentException(
                    "A window of " + width + " tokens from layer " + firstLayer + " makes no sense");
        }
    }
}
