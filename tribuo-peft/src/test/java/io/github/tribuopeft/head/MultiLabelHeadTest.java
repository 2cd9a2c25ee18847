package io.github.tribuopeft.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.ModelFileCheckpoint;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.multilabel.baseline.ClassifierChainTrainer;
import org.tribuo.multilabel.baseline.IndependentMultiLabelTrainer;
import org.tribuo.multilabel.evaluation.MultiLabelEvaluation;
import org.tribuo.multilabel.evaluation.MultiLabelEvaluator;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Multi-label classification of texts: a label for each of three words, so that examples have from none to three
 * labels.
 */
class MultiLabelHeadTest {

    private static final List<String> LABELS = List.of("film", "book", "good");

    @TempDir
    private Path folder;

    private static MutableDataset<MultiLabel> dataset(List<String> texts) {
        return examples(texts.stream()
                .map(text -> example(
                        text,
                        LABELS.stream()
                                .filter(label -> List.of(text.split(" ")).contains(label))
                                .toArray(String[]::new)))
                .toList());
    }

    private static Example<MultiLabel> example(String text, String... labels) {
        Set<Label> set = Stream.of(labels).map(Label::new).collect(Collectors.toCollection(LinkedHashSet::new));
        return new TextExampleExtractor<MultiLabel>().extract(new MultiLabel(set), text);
    }

    private static MutableDataset<MultiLabel> examples(List<Example<MultiLabel>> examples) {
        MultiLabelFactory factory = new MultiLabelFactory();
        return new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("topics", factory)));
    }

    /** Texts of each of the eight sets of labels. */
    private static MutableDataset<MultiLabel> topics() {
        List<String> texts = new ArrayList<>();
        for (String thing : List.of("film", "book", "film and the book", "song", "plot")) {
            for (String quality : List.of("good", "bad", "good and fine", "poor")) {
                texts.add("the " + thing + " is " + quality);
            }
        }
        return dataset(texts);
    }

    private static PeftTrainer.Builder<MultiLabel> trainer(PeftMethod method) {
        return PeftTrainer.builder(new MultiLabelHead(0.0))
                .backbone(new TinyBert())
                .method(method)
                .options(Fixtures.options().epochs(12).batchSize(5).build())
                .developmentFraction(0)
                .device("cpu");
    }

    private static MultiLabelEvaluation evaluate(PeftModel<MultiLabel> model, MutableDataset<MultiLabel> data) {
        return new MultiLabelEvaluator().evaluate(model, data);
    }

    private static List<List<Double>> scores(PeftModel<MultiLabel> model, MutableDataset<MultiLabel> data) {
        return model.predict(data).stream()
                .map(prediction -> LABELS.stream()
                        .map(label -> prediction.getOutputScores().get(label).getScore())
                        .toList())
                .toList();
    }

    @Test
    void learnsSetsOfLabels() {
        MutableDataset<MultiLabel> data = topics();
        TrainingOptions options =
                Fixtures.options().epochs(40).batchSize(5).learningRate(1e-2).build();
        try (PeftModel<MultiLabel> model =
                trainer(new FullFineTuning()).options(options).build().train(data, data)) {
            MultiLabelEvaluation evaluation = evaluate(model, data);
            assertThat(evaluation.microAveragedF1()).isGreaterThan(0.95);
            assertThat(evaluation.getConfusionMatrix().getDomain().size()).isEqualTo(3);
            int best = model.history().orElseThrow().bestEpoch();
            assertThat(model.history().orElseThrow().start().metric()).isEqualTo("micro-f1");
            assertThat(model.history().orElseThrow().epochs().get(best - 1).developmentMetric())
                    .isCloseTo(evaluation.microAveragedF1(), within(1e-9));
        }
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
        MutableDataset<MultiLabel> data = topics();
        Path file = folder.resolve("model.tribuo");
        List<List<Double>> expected;
        try (PeftModel<MultiLabel> model = trainer(method).build().train(data);
                PeftModel<MultiLabel> again = trainer(method).build().train(data)) {
            expected = scores(model, data);
            assertThat(scores(again, data)).isEqualTo(expected);
            assertThat(model.generatesProbabilities()).isTrue();
            assertThat(expected).allSatisfy(row -> assertThat(row).allMatch(score -> score > 0 && score < 1));
            for (Prediction<MultiLabel> prediction : model.predict(data)) {
                assertThat(prediction.getOutput().getNameSet())
                        .isEqualTo(LABELS.stream()
                                .filter(label ->
                                        prediction.getOutputScores().get(label).getScore() >= 0.5)
                                .collect(Collectors.toSet()));
            }
            model.serializeToFile(file);
        }
        try (PeftModel<?> read = PeftModel.load(file)) {
            PeftModel<MultiLabel> loaded = read.castModel(MultiLabel.class);
            assertThat(scores(loaded, data)).isEqualTo(expected);
            assertThat(loaded.labels()).containsExactlyInAnyOrderElementsOf(LABELS);
        }
    }

    @Test
    void lossIsBinaryCrossEntropy() {
        float[] losses = HeadGradients.check(
                new MultiLabelHead().objective(), new float[][] {{2f, -1f}, {-30f, 40f}}, new float[][] {{1, 0}, {1, 1}
                });
        double first = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-1))) / 2;
        assertThat(losses).containsExactly(new float[] {(float) first, 15f}, within(1e-5f));
    }

    @Test
    void metricIsMicroF1() {
        HeadMetric metric = new MultiLabelHead().metric();
        List<float[]> targets = List.of(new float[] {1, 0, 1}, new float[] {0, 0, 0});
        assertThat(metric.score(List.of(new float[] {0, -1, -1}, new float[] {-1, -1, 2}), targets))
                .isEqualTo(2.0 / (2 + 2));
        assertThat(metric.score(List.of(new float[] {-1}), List.of(new float[] {0})))
                .isEqualTo(1);
    }

    @Test
    void unknownLabelOfDevelopmentSetIsAnError() {
        MutableDataset<MultiLabel> development = examples(List.of(example("the film is good", "film", "rare")));
        assertThatThrownBy(() -> trainer(new LinearProbe()).build().train(topics(), development))
                .isInstanceOf(UnseenOutputException.class)
                .hasMessageContainingAll("'rare'", "[book, film, good]");
    }

    @Test
    void unknownLabelOfTestDataCountsAsMissed() {
        try (PeftModel<MultiLabel> model = trainer(new LinearProbe()).build().train(topics())) {
            List<Prediction<MultiLabel>> predictions =
                    model.predict(examples(List.of(example("the film is good", "rare"))));
            assertThat(predictions.get(0).getOutputScores()).containsOnlyKeys(LABELS);
        }
    }

    @Test
    void dataWithoutLabelsIsAnError() {
        assertThatThrownBy(() -> trainer(new LinearProbe())
                        .build()
                        .train(dataset(List.of("the song is bad", "the plot is poor"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one label");
    }

    @Test
    void developmentFractionHoldsOutEachLabel() {
        try (PeftModel<MultiLabel> model =
                trainer(new LinearProbe()).developmentFraction(0.01).build().train(topics())) {
            assertThat(model.history().orElseThrow().start().developmentExamples())
                    .isBetween(1, 3);
        }
        try (PeftModel<MultiLabel> model = trainer(new LinearProbe())
                .developmentFraction(0.5)
                .build()
                .train(dataset(List.of("the film", "the film is bad", "the book")))) {
            assertThat(model.labels()).as("a label with one example is learned").contains("book");
            assertThat(model.history().orElseThrow().start().developmentExamples())
                    .isEqualTo(1);
        }
    }

    @Test
    void trainingResumesFromModelOfTheSameHeadOnly() throws IOException {
        Path file = folder.resolve("model.tribuo");
        try (PeftModel<MultiLabel> model = trainer(new LinearProbe()).build().train(topics())) {
            model.serializeToFile(file);
        }
        try (PeftModel<MultiLabel> resumed = trainer(new LinearProbe())
                .resumeFrom(new ModelFileCheckpoint(file))
                .build()
                .train(topics())) {
            assertThat(resumed.labels()).hasSize(3);
        }
        assertThatThrownBy(() -> Fixtures.trainer(new LinearProbe())
                        .resumeFrom(new ModelFileCheckpoint(file))
                        .build()
                        .train(Fixtures.opinions(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("MultiLabelHead", "LabelHead");
    }

    @Test
    void modelFilesDoNotDependOnTheLocale() throws IOException {
        Locale before = Locale.getDefault();
        Path file = folder.resolve("model.tribuo");
        try (PeftModel<MultiLabel> model = trainer(new LinearProbe()).build().train(topics())) {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            model.serializeToFile(file);
            try (PeftModel<?> loaded = PeftModel.load(file)) {
                assertThat(loaded.labels()).isEqualTo(model.labels());
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    static Stream<Trainer<MultiLabel>> wrappers() {
        PeftTrainer<Label> inner = Fixtures.trainer(new LinearProbe()).build();
        return Stream.of(new IndependentMultiLabelTrainer(inner), new ClassifierChainTrainer(inner, 1L));
    }

    /** Tribuo's wrappers make examples without metadata, and so without texts. */
    @ParameterizedTest
    @MethodSource("wrappers")
    void wrappersOfSingleLabelTrainersAreAnErrorThatNamesThisHead(Trainer<MultiLabel> wrapper) {
        assertThatThrownBy(() -> wrapper.train(topics()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "no text",
                        "IndependentMultiLabelTrainer and ClassifierChainTrainer",
                        "PeftTrainer with a MultiLabelHead");
    }
}
