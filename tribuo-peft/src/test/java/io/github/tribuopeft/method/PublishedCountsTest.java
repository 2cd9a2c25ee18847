package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Numbers of trained values at the sizes that papers and libraries give them for. */
class PublishedCountsTest {

    private static final Architecture MINILM = new Bert(30522, 512, 2, 384, 6, 12, 1536, 1e-12).architecture();
    private static final Architecture BASE = new Bert(30522, 512, 2, 768, 12, 12, 3072, 1e-12).architecture();
    private static final Architecture LARGE = new Bert(30522, 512, 2, 1024, 24, 16, 4096, 1e-12).architecture();

    private static long count(Map<String, Tensor> tensors) {
        return tensors.values().stream().mapToLong(Tensor::size).sum();
    }

    /** 0.3M and 0.8M in table 2 of Hu et al. 2021. */
    @Test
    void loraOfRankEightOnQueriesAndValues() {
        assertThat(lora(MINILM)).isEqualTo(73_728);
        assertThat(lora(BASE)).isEqualTo(294_912);
        assertThat(lora(LARGE)).isEqualTo(786_432);
    }

    private static long lora(Architecture architecture) {
        return count(new LoRA().initialise(architecture, new SplittableRandom(1)));
    }

    /** L (dk + dv + dff) of Liu et al. 2022. */
    @Test
    void ia3() {
        assertThat(count(new IA3().initialise(MINILM))).isEqualTo(6 * (384 + 384 + 1536));
        assertThat(count(new IA3().initialise(BASE))).isEqualTo(12 * (768 + 768 + 3072));
    }

    /** 2md + d + m for each adapter, of which Houlsby et al. 2019 have two in a layer. */
    @Test
    void bottlenecks() {
        int each = 2 * 48 * 768 + 768 + 48;
        assertThat(bottlenecks(Position.PFEIFFER)).isEqualTo(12 * each);
        assertThat(bottlenecks(Position.PARALLEL)).isEqualTo(12 * each);
        assertThat(bottlenecks(Position.HOULSBY)).isEqualTo(2 * 12 * each);
    }

    private static long bottlenecks(Position position) {
        return count(new BottleneckAdapter(48, position, 1).initialise(BASE.shape(), new SplittableRandom(1)));
    }

    /** 0.09% and 0.08% of all parameters in Ben Zaken et al. 2022. */
    @Test
    void bitFit() {
        assertThat(biases(BASE)).isEqualTo(12 * (7 * 768 + 3072) + 768);
        assertThat(100.0 * biases(BASE) / BASE.parameters()).isBetween(0.09, 0.1);
        assertThat(100.0 * biases(LARGE) / LARGE.parameters()).isBetween(0.08, 0.09);
    }

    private static long biases(Architecture architecture) {
        return BitFit.shapes(architecture).values().stream()
                .mapToLong(Shape::size)
                .sum();
    }

    /** The parameters of transformers' BertModel, less its pooler. */
    @Test
    void backbones() {
        assertThat(MINILM.parameters()).isEqualTo(22_713_216 - 384 * 385);
        assertThat(BASE.parameters()).isEqualTo(109_482_240 - 768 * 769);
        assertThat(LARGE.parameters()).isEqualTo(335_141_888 - 1024 * 1025);
    }
}
