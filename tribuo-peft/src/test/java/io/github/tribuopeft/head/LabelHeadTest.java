package io.github.tribuopeft.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tribuo.classification.Label;

/** Loss and metric of single-label classification. */
class LabelHeadTest {

    private final LabelHead head = new LabelHead();

    @Test
    void lossIsCrossEntropy() {
        float[] losses = HeadGradients.check(
                head.objective(), new float[][] {{1f, -1f, 0f}, {0f, 0f, 0f}}, new float[][] {{0}, {2}});
        double first = Math.log(1 + Math.exp(-2) + Math.exp(-1));
        assertThat(losses).containsExactly(new float[] {(float) first, (float) Math.log(3)}, within(1e-5f));
    }

    @Test
    void metricIsAccuracy() {
        List<float[]> logits = List.of(new float[] {1, 0}, new float[] {0, 1}, new float[] {2, 1});
        assertThat(head.metric().score(logits, List.of(new float[] {0}, new float[] {1}, new float[] {1})))
                .isEqualTo(2.0 / 3);
    }

    @Test
    void nameOfAnOutputIsItsLabel() {
        assertThat(head.names(new Label("good"))).containsExactly("good");
    }
}
