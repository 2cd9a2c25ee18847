package io.github.tribuopeft.architecture;

/**
 * Sliding-window attention of causal layers (Beltagy et al. 2020, <a href="https://arxiv.org/abs/2004.05150">arXiv
 * 2004.05150</a>). All tokens attend to prefixes and to prompts without position ids.
 *
 * @param width number of tokens that a token attends to, itself included; 0 for no window
 * @param firstLayer first layer with a window, from 0
 */
public record SlidingWindow(int width, int firstLayer) {

    /** No layer has a window. */
    public static final SlidingWindow NONE = new SlidingWindow(0, 0);

    public SlidingWindow {
        if (width < 0 || firstLayer < 0) {
            throw new IllegalArgumentException(
                    "The width and the first layer of a window must not be negative, but are " + width + " and "
                            + firstLayer);
        }
    }
}
