package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.protos.core.ModelDataProto;
import org.tribuo.sequence.MutableSequenceDataset;

/** Models are trained, saved, loaded and used in default locales with other letters and digits. */
class DefaultLocaleTest {

    private final Locale before = Locale.getDefault();

    @TempDir
    private Path folder;

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "az-Latn-AZ", "lt-LT", "ar-EG", "hi-IN-u-nu-deva", "th-TH-u-ca-buddhist-nu-thai"})
    void modelsDoNotDependOnTheLocale(String tag) throws IOException {
        MutableDataset<Label> opinions = Fixtures.opinions(16);
        Locale.setDefault(Locale.ROOT);
        double[] expected = scoresAfterAFile(opinions);
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(scoresAfterAFile(opinions)).containsExactly(expected);
    }

    private double[] scoresAfterAFile(MutableDataset<Label> opinions) throws IOException {
        Path file = folder.resolve("model.tribuo");
        try (PeftModel<Label> model = Fixtures.trainer(new IA3()).build().train(opinions)) {
            model.serializeToFile(file);
            assertThat(Files.readAllBytes(file)).isEqualTo(model.serialize().toByteArray());
        }
        try (PeftModel<?> loaded = PeftModel.load(file)) {
            loaded.serializeToFile(file);
        }
        try (PeftModel<?> loaded = PeftModel.load(file)) {
            return Fixtures.scores(loaded.castModel(Label.class), opinions);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "ar-EG"})
    void taggersDoNotDependOnTheLocale(String tag) throws IOException {
        MutableSequenceDataset<Label> sentences = Fixtures.sentences(8);
        Path file = folder.resolve("tagger.tribuo");
        Locale.setDefault(Locale.forLanguageTag(tag));
        Function<PeftSequenceModel, List<Double>> scores = model -> model.predict(sentences).stream()
                .flatMap(List::stream)
                .map(prediction -> prediction.getOutput().getScore())
                .toList();
        try (PeftSequenceModel model = PeftSequenceTrainer.builder()
                .backbone(new TinyBert())
                .method(PrefixTuning.builder().virtualTokens(2).build())
                .options(Fixtures.options().build())
                .build()
                .train(sentences)) {
            model.serializeToFile(file);
            try (PeftSequenceModel loaded = PeftSequenceModel.load(file)) {
                assertThat(scores.apply(loaded)).isEqualTo(scores.apply(model)).hasSize(52);
            }
        }
    }

    /** Our writer of feature domains writes the same bytes as Tribuo's. */
    @Test
    void featureDomainIsThatOfTribuo() throws IOException {
        Locale.setDefault(Locale.ROOT);
        try (PeftModel<Label> model = Fixtures.trainer(new IA3()).build().train(Fixtures.opinions(8))) {
            ModelDataProto written = new ModelMetadata<>("it", model.getProvenance(), model.getOutputIDInfo())
                    .write(true)
                    .unpack(ModelDataProto.class);
            assertThat(written.getFeatureDomain())
                    .isEqualTo(model.getFeatureIDMap().serialize());
        }
    }
}
