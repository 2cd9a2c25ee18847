package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.architecture.Gpt2;
import io.github.tribuopeft.architecture.Llama;
import io.github.tribuopeft.architecture.Llama.Part;
import io.github.tribuopeft.architecture.Rotary;
import io.github.tribuopeft.architecture.SlidingWindow;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Numbers of trained values agree with those of papers and libraries. */
class PublishedCountsTest {

    private static final Architecture MINILM = new Bert(30522, 512, 2, 384, 6, 12, 1536, 1e-12).architecture();
    private static final Architecture BASE = new Bert(30522, 512, 2, 768, 12, 12, 3072, 1e-12).architecture();
    private static final Architecture LARGE = new Bert(30522, 512, 2, 1024, 24, 16, 4096, 1e-12).architecture();

    private static long count(Map<String, Tensor> tensors) {
        return tensors.values().stream().mapToLong(Tensor::size).sum();
    }

    /** 0.3 M and 0.8 M in table 2 of Hu et al. 2021. */
    @Test
    void loraOfRankEightOnQueriesAndValues() {
        assertThat(lora(MINILM)).isEqualTo(73_728);
        assertThat(lora(BASE)).isEqualTo(294_912);
        assertThat(lora(LARGE)).isEqualTo(786_432);
    }

    private static long lora(Architecture architecture) {
        return count(new LoRA().initialize(architecture, new SplittableRandom(1)));
    }

    /** L (dk + dv + dff) of Liu et al. 2022. */
    @Test
    void ia3() {
        assertThat(count(new IA3().initialize(MINILM))).isEqualTo(6 * (384 + 384 + 1536));
        assertThat(count(new IA3().initialize(BASE))).isEqualTo(12 * (768 + 768 + 3072));
    }

    /** 2md + d + m for each adapter; two adapters in each layer in Houlsby et al. 2019. */
    @Test
    void bottlenecks() {
        int each = 2 * 48 * 768 + 768 + 48;
        assertThat(bottlenecks(Position.PFEIFFER)).isEqualTo(12 * each);
        assertThat(bottlenecks(Position.PARALLEL)).isEqualTo(12 * each);
        assertThat(bottlenecks(Position.HOULSBY)).isEqualTo(2 * 12 * each);
    }

    private static long bottlenecks(Position position) {
        return count(new BottleneckAdapter(48, position, 1).initialize(BASE.dimensions(), new SplittableRandom(1)));
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

    /** Parameters of transformers' BertModel without its pooler. */
    @Test
    void backbones() {
        assertThat(MINILM.parameters()).isEqualTo(22_713_216 - 384 * 385);
        assertThat(BASE.parameters()).isEqualTo(109_482_240 - 768 * 769);
        assertThat(LARGE.parameters()).isEqualTo(335_141_888 - 1024 * 1025);
    }

    /**
     * Parameters of published decoders: GPT-2, Llama 3.2 1B, Qwen2.5 0.5B, Qwen3 0.6B, and Mistral 7B without its head.
     */
    @Test
    void decoders() {
        assertThat(new Gpt2(50257, 1024, 768, 12, 12, 3072, 1e-5, false)
                        .architecture()
                        .parameters())
                .isEqualTo(124_439_808);
        assertThat(llama(128256, 2048, 16, 32, 8, 64, 8192, Set.of())).isEqualTo(1_235_814_400);
        assertThat(llama(151936, 896, 24, 14, 2, 64, 4864, Set.of(Part.QUERY_KEY_VALUE_BIASES)))
                .isEqualTo(494_032_768);
        assertThat(llama(151936, 1024, 28, 16, 8, 128, 3072, Set.of(Part.HEAD_NORMS)))
                .isEqualTo(596_049_920);
        assertThat(llama(32000, 4096, 32, 32, 8, 128, 14336, Set.of(Part.LM_HEAD)))
                .isEqualTo(7_241_732_096L - 32000 * 4096);
    }

    private static long llama(
            int vocabulary,
            int hidden,
            int layers,
            int heads,
            int keyValueHeads,
            int headWidth,
            int intermediate,
            Set<Part> parts) {
        return new Llama(
                        vocabulary,
                        4096,
                        hidden,
                        layers,
                        heads,
                        keyValueHeads,
                        headWidth,
                        intermediate,
                        1e-5,
                        Rotary.plain(10_000),
                        SlidingWindow.NONE,
                        parts)
                .architecture()
                .parameters();
    }
}
