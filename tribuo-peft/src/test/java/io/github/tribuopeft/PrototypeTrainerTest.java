package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.evaluation.FewShot;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.dataset.DatasetView;

class PrototypeTrainerTest {

    private static final Dataset<Label> OPINIONS = Fixtures.opinions(24);

    private static PrototypeTrainer trainer() {
        return new PrototypeTrainer(new TinyBert(), TextPooling.MEAN, TestDevice.name(), Precision.FP32, 0);
    }

    /** Embeds one text at a time, without batches. */
    private static float[] embedding(String text) {
        try (Backbone open = Backbone.open(new TinyBert(), Devices.resolve(TestDevice.name()), Precision.FP32)) {
            return new TextEmbeddings(open, TextPooling.MEAN)
                    .of(List.of(open.tokenizer().encode(text, open.dimensions().positions())))[0];
        }
    }

    private static double cosine(double[] a, float[] b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < b.length; i++) {
            dot += a[i] * b[i];
            squaresA += a[i] * a[i];
            squaresB += b[i] * b[i];
        }
        return dot / Math.sqrt(squaresA * squaresB);
    }

    /** Returns the sum of the embeddings of length 1 of each label. */
    private static Map<String, double[]> prototypes(Iterable<Example<Label>> examples) {
        Map<String, double[]> prototypes = new TreeMap<>();
        for (Example<Label> example : examples) {
            float[] embedding = embedding(TextExampleExtractor.text(example));
            double[] sum =
                    prototypes.computeIfAbsent(example.getOutput().getLabel(), label -> new double[embedding.length]);
            double norm = Math.sqrt(squares(embedding));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += embedding[i] / norm;
            }
        }
        return prototypes;
    }

    private static double squares(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return squares;
    }

    @Test
    void logitsAreCosinesTimesTheLengthOfTheEmbedding() {
        Dataset<Label> examples = new FewShot(4, 1).sample(OPINIONS);
        Map<String, double[]> prototypes = prototypes(examples);
        try (PeftModel<Label> model = trainer().train(examples)) {
            for (Example<Label> example : OPINIONS) {
                float[] x = embedding(TextExampleExtractor.text(example));
                double good = Math.sqrt(squares(x)) * cosine(prototypes.get("good"), x);
                double bad = Math.sqrt(squares(x)) * cosine(prototypes.get("bad"), x);
                Prediction<Label> prediction = model.predict(example);
                assertThat(prediction.getOutputScores().get("good").getScore())
                        .isCloseTo(1 / (1 + Math.exp(bad - good)), within(1e-5));
                assertThat(prediction.getOutput().getLabel()).isEqualTo(good > bad ? "good" : "bad");
            }
        }
    }

    @Test
    void weightsOfExamplesCount() {
        Dataset<Label> twice = Fixtures.dataset(List.of(
                Fixtures.example("good", "the film is good"),
                Fixtures.example("good", "the film is good"),
                Fixtures.example("good", "the song is great"),
                Fixtures.example("bad", "the film is bad")));
        Dataset<Label> weighted = Fixtures.dataset(List.of(
                Fixtures.example("good", "the film is good"),
                Fixtures.example("good", "the song is great"),
                Fixtures.example("bad", "the film is bad")));
        weighted.getExample(0).setWeight(2f);
        try (PeftModel<Label> first = trainer().train(twice);
                PeftModel<Label> second = trainer().train(weighted)) {
            assertThat(second.state().headTensors().get("weight").values())
                    .containsExactly(first.state().headTensors().get("weight").values(), within(1e-6f));
        }
    }

    @Test
    void descriptionsOfLabelsMakeAZeroShotClassifier() {
        Dataset<Label> names = LabelDescriptions.ofNames(new TreeSet<>(List.of("good_film", "badSong")));
        assertThat(TextExampleExtractor.texts(names)).containsExactly("bad Song", "good film");
        try (PeftModel<Label> model =
                trainer().train(LabelDescriptions.of(Map.of("1", "the film is good", "0", "the song is bad")))) {
            assertThat(model.predict("the film is good").getOutput().getLabel()).isEqualTo("1");
            assertThat(model.predict("the song is bad").getOutput().getLabel()).isEqualTo("0");
        }
    }

    @Test
    void modelSurvivesAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.tribuo");
        DatasetView<Label> examples = new FewShot(4, 1).sample(OPINIONS);
        try (PeftModel<Label> model = trainer().train(examples)) {
            model.serializeToFile(file);
            try (PeftModel<Label> loaded = PeftModel.load(file).castModel(Label.class)) {
                assertThat(Fixtures.scores(loaded, OPINIONS)).isEqualTo(Fixtures.scores(model, OPINIONS));
                assertThat(loaded.getProvenance()).isEqualTo(model.getProvenance());
                assertThat(TrainingFacts.in(loaded.getProvenance()))
                        .containsKeys(TrainingFacts.DATA_HASH, TrainingFacts.PARAMETERS_HASH)
                        .doesNotContainKeys(TrainingFacts.BEST_EPOCH, TrainingFacts.LEARNING_RATE);
            }
        }
    }

    @Test
    void invocationsAreCountedAndDoNotChangeTheModel() {
        PrototypeTrainer trainer = trainer();
        try (PeftModel<Label> first = trainer.train(OPINIONS);
                PeftModel<Label> second = trainer.train(OPINIONS)) {
            assertThat(trainer.getInvocationCount()).isEqualTo(2);
            assertThat(first.state().headTensors()).isEqualTo(second.state().headTensors());
        }
    }

    @Test
    void errorsNameTheReason() {
        Dataset<Label> unused = new DatasetView<>(OPINIONS, new int[] {0, 2}, "only good ones");
        assertThatThrownBy(() -> trainer().train(unused))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Label 'bad' has no example; expected at least one of each label");
        assertThatThrownBy(() ->
                        new PrototypeTrainer(new TinyBert(), TextPooling.MEAN, TestDevice.name(), Precision.FP32, 2))
                .isInstanceOf(PropertyException.class)
                .hasMessageContaining("maxLength must be 0 or at least 3, but is 2");
    }
}
