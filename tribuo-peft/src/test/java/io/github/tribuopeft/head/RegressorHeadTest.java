package io.github.tribuopeft.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.UnseenOutputException;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.method.BitFit;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableDataset;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.evaluation.RegressionEvaluation;
import org.tribuo.regression.evaluation.RegressionEvaluator;

/** Regression of texts: a rating, which depends on one word, and a number of words, in very different units. */
class RegressorHeadTest {

    private static final Regressor RATING = new Regressor("rating", Double.NaN);
    private static final Regressor WORDS = new Regressor("words", Double.NaN);

    @TempDir
    private Path folder;

    private static Example<Regressor> example(String text, Regressor output) {
        return new TextExampleExtractor<Regressor>().extract(output, text);
    }

    private static Regressor ratingAndWords(double rating, double words) {
        return new Regressor(new String[] {"words", "rating"}, new double[] {words, rating});
    }

    private static MutableDataset<Regressor> dataset(List<Example<Regressor>> examples) {
        RegressionFactory factory = new RegressionFactory();
        return new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("ratings", factory)));
    }

    private static MutableDataset<Regressor> ratings() {
        List<Example<Regressor>> examples = new ArrayList<>();
        for (String thing : List.of("film", "book", "film and the book", "song", "plot and the song")) {
            for (String quality : List.of("good", "bad", "great", "poor")) {
                String text = "the " + thing + " is " + quality;
                double rating = quality.equals("good") || quality.equals("great") ? 5e-3 : -5e-3;
                examples.add(example(text, ratingAndWords(rating, 1e6 * text.split(" ").length)));
            }
        }
        return dataset(examples);
    }

    private static PeftTrainer.Builder<Regressor> trainer(PeftMethod method) {
        return PeftTrainer.builder(new RegressorHead(0.0))
                .developmentFraction(0)
                .backbone(new TinyBert())
                .method(method)
                .options(Fixtures.options().epochs(8).batchSize(5).build())
                .device("cpu");
    }

    private static List<Regressor> predictions(PeftModel<Regressor> model, MutableDataset<Regressor> data) {
        return model.predict(data).stream()
                .map(prediction -> prediction.getOutput())
                .toList();
    }

    private static void assertSame(List<Regressor> found, List<Regressor> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).getNames()).containsExactly(expected.get(i).getNames());
            assertThat(found.get(i).getValues()).containsExactly(expected.get(i).getValues());
        }
    }

    @Test
    void learnsSeveralDimensions() {
        MutableDataset<Regressor> data = ratings();
        TrainingOptions options =
                Fixtures.options().epochs(40).batchSize(5).learningRate(1e-2).build();
        try (PeftModel<Regressor> model =
                trainer(new FullFineTuning()).options(options).build().train(data, data)) {
            RegressionEvaluation evaluation = new RegressionEvaluator().evaluate(model, data);
            assertThat(evaluation.r2(RATING)).isGreaterThan(0.9);
            assertThat(evaluation.r2(WORDS)).isGreaterThan(0.9);
            int best = model.history().orElseThrow().bestEpoch();
            double metric = model.history().orElseThrow().epochs().get(best - 1).developmentMetric();
            assertThat(model.history().orElseThrow().start().metric()).isEqualTo("negative-rmse");
            double rating = evaluation.rmse(RATING) / deviation(data, "rating");
            double words = evaluation.rmse(WORDS) / deviation(data, "words");
            assertThat(metric).isCloseTo(-Math.sqrt((rating * rating + words * words) / 2), within(1e-5));
        }
    }

    private static double deviation(MutableDataset<Regressor> data, String dimension) {
        double[] values = data.getData().stream()
                .mapToDouble(example -> example.getOutput()
                        .getDimension(dimension)
                        .orElseThrow()
                        .getValue())
                .toArray();
        double mean = DoubleStream.of(values).average().orElseThrow();
        double squares = DoubleStream.of(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        return Math.sqrt(squares / (values.length - 1));
    }

    static Stream<PeftMethod> methods() {
        return Stream.of(
                new LinearProbe(),
                new PromptTuning(),
                PrefixTuning.builder().virtualTokens(3).build(),
                LoRA.builder().rank(2).build(),
                new BitFit(),
                new FullFineTuning());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void honorsContractWithEachMethod(PeftMethod method) throws IOException {
        MutableDataset<Regressor> data = ratings();
        Path file = folder.resolve("model.tribuo");
        List<Regressor> expected;
        try (PeftModel<Regressor> model = trainer(method).build().train(data);
                PeftModel<Regressor> again = trainer(method).build().train(data)) {
            expected = predictions(model, data);
            assertSame(predictions(again, data), expected);
            assertThat(model.generatesProbabilities()).isFalse();
            model.serializeToFile(file);
        }
        try (PeftModel<?> loaded = PeftModel.load(file)) {
            assertSame(predictions(loaded.castModel(Regressor.class), data), expected);
            assertThat(loaded.labels()).containsExactlyInAnyOrder("rating", "words");
        }
    }

    @Test
    void lossIsMeanSquaredError() {
        float[] losses = HeadGradients.check(
                new RegressorHead().objective(), new float[][] {{2f, -1f}, {0f, 0.5f}}, new float[][] {{1, 1}, {0, 0}});
        assertThat(losses).containsExactly(new float[] {2.5f, 0.125f}, within(1e-6f));
    }

    @Test
    void metricIsNegativeRmse() {
        assertThat(new RegressorHead()
                        .metric()
                        .score(
                                List.of(new float[] {1, 2}, new float[] {0, 0}),
                                List.of(new float[] {1, 0}, new float[] {0, 0})))
                .isEqualTo(-1);
    }

    @Test
    void targetsAreStandardized() {
        MutableDataset<Regressor> data = dataset(List.of(
                example("the film", ratingAndWords(1, 10)),
                example("the book", ratingAndWords(2, 30)),
                example("the song", ratingAndWords(3, 50))));
        ImmutableOutputInfo<Regressor> outputs = data.getOutputIDInfo();
        float[] target = new RegressorHead().objective().target(ratingAndWords(3, 10), outputs);
        assertThat(target[outputs.getID(RATING)]).isCloseTo(1f, within(1e-6f));
        assertThat(target[outputs.getID(WORDS)]).isCloseTo(-1f, within(1e-6f));
        Regressor restored = new RegressorHead()
                .predictor()
                .predict(target, outputs, data.getExample(0), 1)
                .getOutput();
        assertThat(restored.getDimension("rating").orElseThrow().getValue()).isCloseTo(3, within(1e-6));
        assertThat(restored.getDimension("words").orElseThrow().getValue()).isCloseTo(10, within(1e-6));
    }

    @Test
    void constantTargetIsPredicted() {
        MutableDataset<Regressor> data = dataset(Stream.of("the film is good", "the book is bad", "the song is poor")
                .map(text -> example(text, new Regressor("y", 42)))
                .toList());
        try (PeftModel<Regressor> model = trainer(new LinearProbe())
                .options(Fixtures.options().epochs(30).build())
                .build()
                .train(data)) {
            assertThat(predictions(model, data))
                    .allSatisfy(output -> assertThat(output.getValues()[0]).isCloseTo(42, within(0.2)));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void targetThatIsNotFiniteIsAnError(double value) {
        MutableDataset<Regressor> data = dataset(
                List.of(example("the film", new Regressor("y", 1)), example("the book", new Regressor("y", value))));
        assertThatThrownBy(() -> trainer(new LinearProbe()).build().train(data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'y'", "finite value");
        MutableDataset<Regressor> good = dataset(
                List.of(example("the film", new Regressor("y", 1)), example("the book", new Regressor("y", 2))));
        assertThatThrownBy(() -> trainer(new LinearProbe()).build().train(good, data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'y'", "" + value, "finite value");
    }

    /** As an altered model file may contain them. */
    @Test
    void statisticsOfTheDomainMustBeFinite() {
        ImmutableOutputInfo<Regressor> outputs = dataset(List.of(example("the film", new Regressor("y", Double.NaN))))
                .getOutputIDInfo();
        assertThatThrownBy(() -> new RegressorHead().requireDomain(outputs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'y'", "mean NaN", "finite");
    }

    @Test
    void dimensionsMustBeThoseOfTheTrainingData() {
        MutableDataset<Regressor> other = dataset(List.of(example("the film", new Regressor("price", 1))));
        assertThatThrownBy(() -> trainer(new LinearProbe()).build().train(ratings(), other))
                .isInstanceOf(UnseenOutputException.class)
                .hasMessageContainingAll("'price'", "[rating, words]");
        MutableDataset<Regressor> fewer = dataset(List.of(example("the film", new Regressor("rating", 1))));
        assertThatThrownBy(() -> trainer(new LinearProbe()).build().train(ratings(), fewer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no dimension 'words'");
    }

    @Test
    void developmentFractionIsOfAllExamples() {
        try (PeftModel<Regressor> model =
                trainer(new LinearProbe()).developmentFraction(0.25).build().train(ratings())) {
            assertThat(model.history().orElseThrow().start().developmentExamples())
                    .isEqualTo(5);
        }
    }

    @Test
    void modelFilesDoNotDependOnTheLocale() throws IOException {
        Locale before = Locale.getDefault();
        Path file = folder.resolve("model.tribuo");
        try (PeftModel<Regressor> model = trainer(new LinearProbe()).build().train(ratings())) {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            model.serializeToFile(file);
            try (PeftModel<?> loaded = PeftModel.load(file)) {
                assertThat(loaded.labels()).isEqualTo(model.labels());
            }
        } finally {
            Locale.setDefault(before);
        }
    }
}
