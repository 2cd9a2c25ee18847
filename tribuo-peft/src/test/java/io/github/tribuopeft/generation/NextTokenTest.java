package io.github.tribuopeft.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NextTokenTest {

    /** Probabilities .1, .4, .2, .3. */
    private static float[] logits() {
        return new float[] {(float) Math.log(.1), (float) Math.log(.4), (float) Math.log(.2), (float) Math.log(.3)};
    }

    private static GenerationRequest request(double temperature, int topK, double topP, double minP, double penalty) {
        return new GenerationRequest("", 1, temperature, topK, topP, minP, penalty, 7, List.of());
    }

    private static Set<Integer> sampled(GenerationRequest request) {
        NextToken next = new NextToken(request);
        Set<Integer> ids = new TreeSet<>();
        for (int i = 0; i < 400; i++) {
            ids.add(next.select(logits(), new int[0]));
        }
        return ids;
    }

    @Test
    void greedyTakesTheMostProbableToken() {
        assertThat(sampled(request(0, 0, 1, 0, 1))).containsExactly(1);
    }

    @Test
    void penaltyAppliesToTokensThatOccurred() {
        NextToken next = new NextToken(request(0, 0, 1, 0, 2));
        assertThat(next.select(logits(), new int[] {1, 1})).isEqualTo(3); // log(.4) * 2 < log(.3)
        assertThat(next.select(new float[] {1, 3}, new int[] {1})).isEqualTo(1); // 3 / 2 > 1
        assertThat(next.select(new float[] {2, 3}, new int[] {1})).isZero();
    }

    @Test
    void samplesHaveTheProbabilitiesOfTheModel() {
        NextToken next = new NextToken(request(1, 0, 1, 0, 1));
        int[] counts = new int[4];
        for (int i = 0; i < 20_000; i++) {
            counts[next.select(logits(), new int[0])]++;
        }
        double[] expected = {.1, .4, .2, .3};
        for (int id = 0; id < 4; id++) {
            assertThat(counts[id] / 20_000.0).isCloseTo(expected[id], within(.02));
        }
    }

    @Test
    void filters() {
        assertThat(sampled(request(1, 0, 1, 0, 1))).containsExactly(0, 1, 2, 3);
        assertThat(sampled(request(1, 2, 1, 0, 1))).containsExactly(1, 3);
        assertThat(sampled(request(1, 0, .65, 0, 1))).containsExactly(1, 3); // .4 + .3
        assertThat(sampled(request(1, 0, .75, 0, 1))).containsExactly(1, 2, 3);
        assertThat(sampled(request(1, 0, 1, .45, 1))).containsExactly(1, 2, 3); // at least .18
    }

    @Test
    void equalSeedsGiveEqualSamples() {
        NextToken first = new NextToken(request(1.5, 0, 1, 0, 1));
        NextToken second = new NextToken(request(1.5, 0, 1, 0, 1));
        for (int i = 0; i < 50; i++) {
            assertThat(first.select(logits(), new int[0])).isEqualTo(second.select(logits(), new int[0]));
        }
    }

    @Test
    void settingsOutOfRange() {
        assertThatThrownBy(() -> request(1, 0, 0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topP must be in (0, 1], but is 0.0");
        assertThatThrownBy(() -> GenerationRequest.greedy("a").withMaxTokens(0))
                .hasMessage("maxTokens must be at least 1, but is 0");
        assertThatThrownBy(() -> GenerationRequest.greedy("a").withStop(List.of("")))
                .hasMessage("A stop string must not be empty");
    }
}
