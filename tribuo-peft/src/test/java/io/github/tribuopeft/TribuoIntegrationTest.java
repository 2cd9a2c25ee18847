package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.config.protobuf.ProtoProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.data.columnar.RowProcessor;
import org.tribuo.data.columnar.extractors.IdentityExtractor;
import org.tribuo.data.columnar.processors.field.TextFieldProcessor;
import org.tribuo.data.columnar.processors.response.FieldResponseProcessor;
import org.tribuo.data.csv.CSVDataSource;
import org.tribuo.data.text.DirectoryFileSource;
import org.tribuo.data.text.impl.BasicPipeline;
import org.tribuo.data.text.impl.SimpleTextDataSource;
import org.tribuo.dataset.DatasetView;
import org.tribuo.evaluation.CrossValidation;
import org.tribuo.evaluation.TrainTestSplitter;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.util.tokens.impl.BreakIteratorTokenizer;

/** Sources, datasets, evaluations and provenance of Tribuo with trainers and models of this library. */
class TribuoIntegrationTest {

    private static final LabelFactory LABELS = new LabelFactory();

    @TempDir
    Path folder;

    private static PeftTrainer.Builder<Label> trainer() {
        return Fixtures.trainer(PrefixTuning.builder().virtualTokens(2).build());
    }

    private static List<String> texts(Dataset<Label> dataset) {
        return TextExampleExtractor.texts(dataset.getData());
    }

    private static void assertLearns(Dataset<Label> dataset) {
        try (PeftModel<Label> model = trainer().build().train(dataset)) {
            List<TrainingEpoch> epochs = model.history().orElseThrow().epochs();
            assertThat(epochs.get(7).trainLoss()).isLessThan(epochs.get(0).trainLoss());
            LabelEvaluation evaluation = new LabelEvaluator().evaluate(model, dataset);
            assertThat(evaluation.accuracy()).isGreaterThan(0.6);
        }
    }

    private Path lines() throws IOException {
        List<String> lines = Fixtures.opinions(16).getData().stream()
                .map(example -> example.getOutput().getLabel() + " ## " + TextExampleExtractor.text(example))
                .toList();
        return Files.write(folder.resolve("opinions.txt"), lines);
    }

    @Test
    void simpleTextDataSourceKeepsTexts() throws IOException {
        Dataset<Label> dataset =
                new MutableDataset<>(new SimpleTextDataSource<>(lines(), LABELS, new TextExampleExtractor<>()));
        assertThat(texts(dataset)).containsExactlyElementsOf(texts(Fixtures.opinions(16)));
        assertThat(dataset.getOutputInfo().getDomain()).containsExactlyInAnyOrder(new Label("GOOD"), new Label("BAD"));
        assertThat(dataset.getFeatureMap().size()).isEqualTo(1);
        assertLearns(dataset);
    }

    @Test
    void directoryFileSourceKeepsTexts() throws IOException {
        int number = 0;
        for (Example<Label> example : Fixtures.opinions(16)) {
            Path label = Files.createDirectories(
                    folder.resolve("files").resolve(example.getOutput().getLabel()));
            Files.writeString(label.resolve(number++ + ".txt"), TextExampleExtractor.text(example));
        }
        Dataset<Label> dataset = new MutableDataset<>(
                new DirectoryFileSource<>(folder.resolve("files"), LABELS, new TextExampleExtractor<>()));
        assertThat(texts(dataset).stream().map(String::strip)) // Tribuo reads lines and ends each
                .containsExactlyInAnyOrderElementsOf(texts(Fixtures.opinions(16)));
        assertLearns(dataset);
    }

    @Test
    void rowProcessorsMetadataCarriesTexts() throws IOException {
        StringBuilder csv = new StringBuilder("opinion,text\n");
        for (Example<Label> example : Fixtures.opinions(16)) {
            csv.append(example.getOutput().getLabel())
                    .append(",\"")
                    .append(TextExampleExtractor.text(example))
                    .append(", \"\"really\"\"\"\n");
        }
        Path file = Files.writeString(folder.resolve("opinions.csv"), csv);
        RowProcessor<Label> rows = new RowProcessor.Builder<Label>()
                .addMetadataExtractor(new IdentityExtractor("text"))
                .addFieldProcessor(
                        new TextFieldProcessor("text", new BasicPipeline(new BreakIteratorTokenizer(Locale.US), 1)))
                .build(new FieldResponseProcessor<>("opinion", "", LABELS));
        Dataset<Label> dataset = new MutableDataset<>(new CSVDataSource<>(file, rows, true));
        assertThat(texts(dataset)).hasSize(16).allMatch(text -> text.endsWith(", \"really\""));
        assertLearns(dataset);
    }

    @Test
    void splitterKeepsTexts() throws IOException {
        TrainTestSplitter<Label> splitter = new TrainTestSplitter<>(
                new SimpleTextDataSource<>(lines(), LABELS, new TextExampleExtractor<>()), 0.75, 1L);
        Dataset<Label> train = new MutableDataset<>(splitter.getTrain());
        Dataset<Label> test = new MutableDataset<>(splitter.getTest());
        try (PeftModel<Label> model = trainer().build().train(train)) {
            assertThat(model.predict(test)).hasSize(4);
            assertThat(texts(train)).hasSize(12);
        }
    }

    @Test
    void crossValidation() {
        PeftTrainer<Label> trainer = trainer().build();
        List<Pair<LabelEvaluation, Model<Label>>> folds =
                new CrossValidation<>(trainer, Fixtures.opinions(24), new LabelEvaluator(), 2, 1L).evaluate();
        assertThat(folds).hasSize(2);
        for (Pair<LabelEvaluation, Model<Label>> fold : folds) {
            assertThat(fold.getA().getPredictions()).hasSize(12);
            assertThat(fold.getA().accuracy()).isBetween(0.0, 1.0);
            ((PeftModel<Label>) fold.getB()).close();
        }
        assertThat(trainer.getInvocationCount()).isEqualTo(2);
    }

    @Test
    void datasetViewTrainsLikeItsExamples() {
        MutableDataset<Label> all = Fixtures.opinions(24);
        DatasetView<Label> view =
                DatasetView.createView(all, example -> all.getData().indexOf(example) < 16, "first");
        try (PeftModel<Label> ofView = trainer().build().train(view);
                PeftModel<Label> ofDataset = trainer().build().train(Fixtures.opinions(16))) {
            assertThat(view.size()).isEqualTo(16);
            assertThat(Fixtures.scores(ofView, all)).containsExactly(Fixtures.scores(ofDataset, all));
        }
    }

    @Test
    void protobufKeepsTextsAndBits() throws IOException {
        MutableDataset<Label> dataset = Fixtures.opinions(16);
        Path file = folder.resolve("opinions.tribuo");
        dataset.serializeToFile(file);
        Dataset<Label> read = Dataset.castDataset(Dataset.deserializeFromFile(file), Label.class);
        assertThat(texts(read)).containsExactlyElementsOf(texts(dataset));
        try (PeftModel<Label> before = trainer().build().train(dataset);
                PeftModel<Label> after = trainer().build().train(read)) {
            assertThat(after.adapter()).isEqualTo(before.adapter());
            assertThat(Fixtures.scores(after, read)).containsExactly(Fixtures.scores(before, dataset));
        }
    }

    @Test
    void weightsOfExamplesCount() {
        MutableDataset<Label> heavyPraise = Fixtures.opinions(16);
        heavyPraise.getData().stream()
                .filter(example -> example.getOutput().getLabel().equals("good"))
                .forEach(example -> example.setWeight(20f));
        try (PeftModel<Label> even = trainer().build().train(Fixtures.opinions(16));
                PeftModel<Label> praise = trainer().build().train(heavyPraise)) {
            double evenMean = mean(Fixtures.scores(even, heavyPraise));
            assertThat(mean(Fixtures.scores(praise, heavyPraise))).isGreaterThan(evenMean + 0.1);
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    @Test
    void sameDatasetTrainsLogisticRegressionAndAdaptedModels() {
        TextExampleExtractor<Label> extractor = TextExampleExtractor.withWords();
        Dataset<Label> words = Fixtures.dataset(Fixtures.opinions(16).getData().stream()
                .map(example -> extractor.extract(example.getOutput(), TextExampleExtractor.text(example)))
                .toList());
        assertThat(words.getFeatureMap().size()).isGreaterThan(10);
        Model<Label> linear = new LogisticRegressionTrainer().train(words);
        assertThat(new LabelEvaluator().evaluate(linear, words).accuracy()).isEqualTo(1.0);
        try (PeftModel<Label> ofWords = trainer().build().train(words);
                PeftModel<Label> ofTexts = trainer().build().train(Fixtures.opinions(16))) {
            assertThat(Fixtures.scores(ofWords, words)).containsExactly(Fixtures.scores(ofTexts, words));
        }
    }

    @Test
    void evaluationsAgreeWithPredictions() {
        MutableDataset<Label> dataset = Fixtures.opinions(16);
        try (PeftModel<Label> model = trainer().build().train(dataset)) {
            LabelEvaluation evaluation = new LabelEvaluator().evaluate(model, dataset);
            assertThat(model.generatesProbabilities()).isTrue();
            assertThat(evaluation.AUCROC(new Label("good"))).isBetween(0.0, 1.0);
            assertThat(evaluation.getPredictions()).hasSize(16).allSatisfy(prediction -> {
                Map<String, Label> scores = prediction.getOutputScores();
                assertThat(scores).containsOnlyKeys("good", "bad");
                double good = scores.get("good").getScore();
                assertThat(good + scores.get("bad").getScore()).isCloseTo(1.0, within(1e-12));
                assertThat(prediction.getOutput().getLabel()).isEqualTo(good > 0.5 ? "good" : "bad");
            });
            long right = evaluation.getPredictions().stream()
                    .filter(prediction -> prediction
                            .getOutput()
                            .equals(prediction.getExample().getOutput()))
                    .count();
            assertThat(evaluation.accuracy()).isEqualTo(right / 16.0);
        }
    }

    @Test
    void developmentSetChoosesTheBestEpoch() {
        MutableDataset<Label> development = Fixtures.opinions(12);
        try (PeftModel<Label> model = trainer().build().train(Fixtures.opinions(16), development)) {
            List<TrainingEpoch> epochs = model.history().orElseThrow().epochs();
            double best = epochs.stream()
                    .mapToDouble(TrainingEpoch::developmentMetric)
                    .max()
                    .orElseThrow();
            assertThat(model.history().orElseThrow().start().developmentExamples())
                    .isEqualTo(12);
            assertThat(epochs.get(model.history().orElseThrow().bestEpoch() - 1).developmentMetric())
                    .isEqualTo(best);
            assertThat(new LabelEvaluator().evaluate(model, development).accuracy())
                    .isEqualTo(best);
        }
    }

    @Test
    void developmentFractionAppliesToEveryLabel() {
        try (PeftModel<Label> model =
                trainer().developmentFraction(0.25).build().train(Fixtures.opinions(16))) {
            assertThat(model.history().orElseThrow().start().examples()).isEqualTo(12);
            assertThat(model.history().orElseThrow().start().developmentExamples())
                    .isEqualTo(4);
        }
    }

    @Test
    void provenanceContainsTheDevelopmentSetAfterMarshalling() {
        MutableDataset<Label> development = Fixtures.opinions(12);
        try (PeftModel<Label> model = trainer()
                .build()
                .train(
                        Fixtures.opinions(16),
                        development,
                        Collections.singletonMap("purpose", new StringProvenance("purpose", "test")),
                        0)) {
            ModelProvenance provenance = model.getProvenance();
            assertThat(provenance.getInstanceProvenance().getMap().get(PeftTrainer.DEVELOPMENT_DATA))
                    .isEqualTo(development.getProvenance());
            assertThat(provenance.getInstanceProvenance().getMap().get("purpose"))
                    .isEqualTo(new StringProvenance("purpose", "test"));
            assertThat(ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(provenance)))
                    .isEqualTo(provenance);
            ProtoProvenanceSerialization protobuf = new ProtoProvenanceSerialization(false);
            assertThat(ProvenanceUtil.unmarshalProvenance(protobuf.deserializeFromProto(
                            protobuf.serializeToProto(ProvenanceUtil.marshalProvenance(provenance)))))
                    .isEqualTo(provenance);
        }
    }

    @Test
    void provenanceContainsWhatDeterminesTheResult() {
        try (PeftModel<Label> model = trainer().build().train(Fixtures.opinions(16))) {
            TinyBert backbone = new TinyBert();
            Map<String, ?> values = model.getProvenance().getTrainerProvenance().getInstanceValues();
            assertThat(values.get(PeftTrainerProvenance.BACKBONE_WEIGHTS).toString())
                    .contains(backbone.fingerprint().weights());
            assertThat(values.get(PeftTrainerProvenance.RESOLVED_DEVICE)).hasToString("cpu");
            assertThat(values.get(PeftTrainerProvenance.TORCH_VERSION))
                    .asString()
                    .startsWith("2.");
            assertThat(values.get(PeftTrainerProvenance.DJL_VERSION)).asString().startsWith("0.");
            assertThat(values)
                    .containsKeys(
                            PeftTrainerProvenance.BACKBONE_CONFIG,
                            PeftTrainerProvenance.BACKBONE_TOKENIZER,
                            PeftTrainerProvenance.THREADS,
                            PeftTrainerProvenance.PEFT_VERSION);
        }
    }
}
