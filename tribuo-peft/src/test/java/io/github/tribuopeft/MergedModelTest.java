package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.BitFit;
import io.github.tribuopeft.method.Combination;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

class MergedModelTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(16);

    @TempDir
    private Path folder;

    static List<PeftMethod> methods() {
        LoRA everywhere = LoRA.builder().rank(3).targets(Role.values()).build();
        return List.of(
                new LoRA(),
                everywhere,
                new IA3(),
                new Combination("all", List.of(everywhere, new IA3(), new BitFit(), new PrefixTuning())));
    }

    private static PeftModel<Label> train(PeftMethod method) {
        return Fixtures.trainer(method).build().train(OPINIONS);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void predictsTheSame(PeftMethod method) throws IOException {
        Path file = folder.resolve("merged.tribuo");
        try (PeftModel<Label> model = train(method)) {
            double[] scores = Fixtures.scores(model, OPINIONS);
            Map<String, Tensor> adapter = model.adapter();
            PeftModel<Label> merged = model.merged();
            assertThat(Fixtures.scores(merged, OPINIONS)).containsExactly(scores, within(1e-5));
            assertThat(merged.adapter().keySet())
                    .noneMatch(name -> name.contains(".lora.") || name.contains(".scale."))
                    .anyMatch(name -> name.endsWith(".weight"));
            assertThat(merged.getProvenance()).isEqualTo(model.getProvenance());
            assertThat(merged.method()).isEqualTo(model.method());
            assertThat(merged.history()).isEmpty();

            merged.serializeToFile(file);
            try (PeftModel<?> loaded = PeftModel.load(file)) {
                assertThat(loaded.adapter()).isEqualTo(merged.adapter());
                assertThat(Fixtures.scores(loaded.castModel(Label.class), OPINIONS))
                        .containsExactly(Fixtures.scores(merged, OPINIONS));
            }
            merged.close();
            assertThat(model.adapter()).isEqualTo(adapter);
            assertThat(Fixtures.scores(model, OPINIONS)).containsExactly(scores);
        }
    }

    @Test
    void staysOpenWhenTheOriginalIsClosed() {
        PeftModel<Label> model = train(new LoRA());
        double[] scores = Fixtures.scores(model, OPINIONS);
        try (PeftModel<Label> merged = model.merged()) {
            model.close();
            assertThat(Fixtures.scores(merged, OPINIONS)).containsExactly(scores, within(1e-5));
        }
        assertThatThrownBy(model::merged)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void nothingToMerge() {
        try (PeftModel<Label> model = train(new LinearProbe());
                PeftModel<Label> merged = model.merged()) {
            assertThat(merged.adapter()).isEmpty();
            assertThat(Fixtures.scores(merged, OPINIONS)).containsExactly(Fixtures.scores(model, OPINIONS));
        }
    }

    @Test
    void bfloat16RoundsTheCopies() {
        try (PeftModel<Label> model = Fixtures.trainer(new LoRA())
                        .precision(Precision.BF16)
                        .build()
                        .train(OPINIONS);
                PeftModel<Label> merged = model.merged()) {
            assertThat(Fixtures.scores(merged, OPINIONS))
                    .containsExactly(Fixtures.scores(model, OPINIONS), within(5e-2));
        }
    }
}
