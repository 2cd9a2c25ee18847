package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBackbone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

@Tag("gpu")
class TextFamilyContractTest extends FamilyContract<PeftModel<?>> {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);

    @Override
    PeftModel<Label> train(BackboneSource backbone, PeftMethod method) {
        return Fixtures.trainer(method)
                .backbone(backbone)
                .options(OPTIONS)
                .build()
                .train(OPINIONS);
    }

    @Override
    PeftModel<?> load(Path file) throws IOException {
        return PeftModel.load(file);
    }

    @Override
    double[] scores(PeftModel<?> model) {
        return Fixtures.scores(model.castModel(Label.class), OPINIONS);
    }

    @Override
    double[] scoresOneByOne(PeftModel<?> model) {
        Model<Label> labels = model.castModel(Label.class);
        return OPINIONS.getData().stream()
                .mapToDouble(text -> Fixtures.scores(labels, List.of(text))[0])
                .toArray();
    }

    @Override
    PeftModel<?> merged(PeftModel<?> model) {
        return model.merged();
    }

    @Override
    GradientCheck gradientCheck(BackboneSource backbone, PeftMethod method) {
        List<String> texts = TextExampleExtractor.texts(OPINIONS.getData().subList(0, 4));
        return new GradientCheck(backbone, method, TextPooling.MEAN, tokenizer -> texts.stream()
                .map(text -> tokenizer.encode(text, 40))
                .toList());
    }

    /** Masks, biases and rotations must have the number format of the weights. */
    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#families")
    void trainsInBfloat16(String family) {
        PeftMethod method = new Combination(
                "many",
                List.of(
                        new PrefixTuning(),
                        LoRA.builder().targets(Role.values()).build(),
                        new IA3(),
                        new BottleneckAdapter(4, Position.HOULSBY, 1)));
        try (PeftModel<Label> model = Fixtures.trainer(method)
                .backbone(new TinyBackbone(family))
                .options(OPTIONS)
                .precision(Precision.BF16)
                .build()
                .train(OPINIONS)) {
            assertThat(model.adapter().values()).allMatch(Tensor::isFinite);
            assertThat(DoubleStream.of(scores(model))).hasSize(OPINIONS.size()).allMatch(Double::isFinite);
        }
    }
}
