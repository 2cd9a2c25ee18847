package io.github.tribuopeft.generation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/** Selection of the next token from the logits of the vocabulary, with the settings of a request. */
final class NextToken {

    private final GenerationRequest request;
    private final Random random;

    NextToken(GenerationRequest request) {
        this.request = request;
        this.random = new Random(request.seed());
    }

    /**
     * Selects a token.
     *
     * @param logits logits of the vocabulary, which this method changes
     * @param occurred ids of the tokens so far
     */
    int select(float[] logits, int[] occurred) {
        penalize(logits, occurred);
        return request.temperature() == 0 ? mostProbable(logits) : sample(logits, bestFirst(logits));
    }

    private static int mostProbable(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }

    private static int[] bestFirst(float[] logits) {
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -logits[id]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void penalize(float[] logits, int[] occurred) {
        double penalty = request.repetitionPenalty();
        if (penalty != 1) {
            IntStream.of(occurred)
                    .distinct()
                    .forEach(id -> logits[id] *= (float) (logits[id] < 0 ? penalty : 1 / penalty));
        }
    }

    /** Samples from the tokens that top-k, top-p and min-p keep; {@code best} contains all ids, the best first. */
    private int sample(float[] logits, int[] best) {
        int kept = request.topK() == 0 ? best.length : Math.min(request.topK(), best.length);
        double[] weights = weights(logits, best, kept);
        kept = topP(weights, kept);
        kept = minP(weights, kept);
        double threshold = random.nextDouble() * Arrays.stream(weights, 0, kept).sum();
        int token = 0;
        for (double sum = weights[0]; token < kept - 1 && sum <= threshold; sum += weights[token]) {
            token++;
        }
        return best[token];
    }

    /** Returns probabilities relative to the best token, in the order of {@code best}. */
    private double[] weights(float[] logits, int[] best, int kept) {
        return IntStream.range(0, kept)
                .mapToDouble(i -> Math.exp((logits[best[i]] - (double) logits[best[0]]) / request.temperature()))
                .toArray();
    }

    /** Returns the number of the most probable tokens whose probabilities sum up to at least top-p. */
    private int topP(double[] weights, int kept) {
        double mass = request.topP() * Arrays.stream(weights, 0, kept).sum();
        int count = 0;
        for (double sum = 0; count < kept && (count == 0 || sum < mass); count++) {
            sum += weights[count];
        }
        return count;
    }

    private int minP(double[] weights, int kept) {
        return (int) Arrays.stream(weights, 0, kept)
                .takeWhile(weight -> weight >= request.minP())
                .count();
    }
}
