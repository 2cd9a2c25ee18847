package io.github.tribuopeft.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class DecodingTest {

    private static final List<String> TAGS = List.of("O", "B-X", "I-X", "B-Y", "I-Y");

    private static List<double[]> scores(SplittableRandom random, int length) {
        List<double[]> scores = new ArrayList<>();
        for (int word = 0; word < length; word++) {
            scores.add(random.doubles(TAGS.size(), -5, 0).toArray());
        }
        return scores;
    }

    private static double sum(List<double[]> scores, int[] path) {
        double sum = 0;
        for (int word = 0; word < path.length; word++) {
            sum += scores.get(word)[path[word]];
        }
        return sum;
    }

    private static boolean legal(int[] path) {
        String before = "O";
        for (int tag : path) {
            String name = TAGS.get(tag);
            if (name.startsWith("I-")
                    && !(before.length() > 1 && before.substring(2).equals(name.substring(2)))) {
                return false;
            }
            before = name;
        }
        return true;
    }

    /** Returns the best legal path of all paths. */
    private static double best(List<double[]> scores) {
        int words = scores.size();
        double best = Double.NEGATIVE_INFINITY;
        for (int code = 0; code < Math.pow(TAGS.size(), words); code++) {
            int[] path = new int[words];
            for (int word = 0, rest = code; word < words; word++, rest /= TAGS.size()) {
                path[word] = rest % TAGS.size();
            }
            if (legal(path)) {
                best = Math.max(best, sum(scores, path));
            }
        }
        return best;
    }

    @Test
    void legalDecodingFindsTheBestLegalSequence() {
        SplittableRandom random = new SplittableRandom(1);
        for (int run = 0; run < 50; run++) {
            List<double[]> scores = scores(random, 5);
            int[] path = Decoding.LEGAL.decode(scores, TAGS);
            assertThat(legal(path)).isTrue();
            assertThat(sum(scores, path)).isCloseTo(best(scores), org.assertj.core.data.Offset.offset(1e-9));
        }
    }

    @Test
    void independentDecodingReturnsTheBestTagOfEachWord() {
        List<double[]> scores = List.of(new double[] {-3, -2, -1, -4, -5}, new double[] {-1, -2, -3, -4, -0.5});
        assertThat(Decoding.INDEPENDENT.decode(scores, TAGS)).containsExactly(2, 4);
        assertThat(Decoding.LEGAL.decode(scores, TAGS)).containsExactly(1, 0);
        assertThat(Decoding.LEGAL.decode(List.of(), TAGS)).isEmpty();
    }
}
