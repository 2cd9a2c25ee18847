package io.github.tribuopeft.architecture;

/**
 * Rotary positions (Su et al. 2021, <a href="https://arxiv.org/abs/2104.09864">arXiv 2104.09864</a>): how fast the pairs of a head's features turn, and
 * how a model that was trained on short texts is stretched to longer ones.
 *
 * @param base what the frequencies are powers of, above 1; {@code rope_theta} in Hugging Face's configurations
 * @param factor what frequencies are divided by, above 0; 1 for none
 * @param low frequencies that turn less often than this in the original positions are divided
 * @param high frequencies that turn more often than this are not; above {@code low}, and in between both are mixed
 * @param originalPositions number of positions that the model was first trained on; 0 to divide all frequencies
 */
public record Rotary(double base, double factor, double low, double high, double originalPositions) {

    public Rotary {
        if (!(base > 1 && factor > 0 && high > low && originalPositions >= 0)) {
            throw new IllegalArgumentException(
                    "Rotary positions need a base above 1, a factor above 0, a high frequency above the"
                            + " low one and no negative number of positions, but have base " + base + ", factor "
                            + factor
                            + ", low " + low + ", high " + high + ", original positions " + originalPositions);
        }
    }

    /** Frequencies as they are. */
    public static Rotary plain(double base) {
        return linear(base, 1);
    }

    /** All frequencies divided by a factor (Chen et al. 2023, arXiv 2306.15595). */
    public static Rotary linear(double base, double factor) {
        return new Rotary(base, factor, 1, 2, 0);
    }
}
