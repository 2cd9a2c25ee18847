package io.github.tribuopeft.architecture;

/**
 * Rotary position embeddings (Su et al. 2021, <a href="https://arxiv.org/abs/2104.09864">arXiv 2104.09864</a>):
 * frequencies of the rotation, and their scaling for texts that are longer than those of the pretraining.
 *
 * @param base base of the frequencies, above 1; {@code rope_theta} in Hugging Face configurations
 * @param factor divisor of the frequencies, above 0; 1 for no scaling
 * @param low number of rotations in the original positions below which frequencies are divided
 * @param high number of rotations above which frequencies are not divided, above {@code low}; in between, they are
 *     interpolated
 * @param originalPositions number of positions of the pretraining; 0 to divide all frequencies
 */
public record Rotary(double base, double factor, double low, double high, double originalPositions) {

    public Rotary {
        if (!(base > 1 && factor > 0 && high > low && originalPositions >= 0)) {
            throw new IllegalArgumentException(
                    "Rotary position embeddings need a base above 1, a factor above 0, a high frequency above the low"
                            + " one, and a number of positions that is not negative, but have base " + base
                            + ", factor "
                            + factor
                            + ", low " + low + ", high " + high + ", original positions " + originalPositions);
        }
    }

    /** Returns frequencies without scaling. */
    public static Rotary plain(double base) {
        return linear(base, 1);
    }

    /** Returns frequencies that are all divided by a factor (Chen et al. 2023, arXiv 2306.15595). */
    public static Rotary linear(double base, double factor) {
        return new Rotary(base, factor, 1, 2, 0);
    }
}
