package io.github.tribuopeft.evaluation.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import io.github.tribuopeft.evaluation.SpanEvaluation;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.datasource.LibSVMDataSource;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

/** Cards of Tribuo's models. */
class ModelCardTest {

    private static final String[] SECTIONS = {
        "ModelDetails", "TrainingDetails", "TestingDetails", "UsageDetails", "DataDetails"
    };

    @TempDir
    static Path folder;

    private static Path numbers;
    private static MutableDataset<Label> points;
    private static Model<Label> classifier;
    private static LabelEvaluation evaluation;
    private static MutableSequenceDataset<Label> sentences;
    private static SequenceModel<Label> tagger;

    @BeforeAll
    static void train() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            rows.append(i % 2).append(" 1:").append(i % 2 == 0 ? 1 : -1).append(" 2:0.5\n");
        }
        numbers = Files.writeString(folder.resolve("points.svm"), rows);
        points = new MutableDataset<>(new LibSVMDataSource<>(numbers, new LabelFactory()));
        classifier = new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(0.5), 3, 1L).train(points);
        evaluation = new LabelEvaluator().evaluate(classifier, points);
        sentences = sentences();
        tagger = new CRFTrainer(new AdaGrad(0.5), 3, 1L).train(sentences);
    }

    private static MutableSequenceDataset<Label> sentences() {
        List<SequenceExample<Label>> sequences = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            sequences.add(
                    new SequenceExample<>(List.of(token("in", "O"), token(i % 2 == 0 ? "Oslo" : "Lima", "B-LOC"))));
        }
        LabelFactory factory = new LabelFactory();
        return new MutableSequenceDataset<>(sequences, new SimpleDataSourceProvenance("Sentences", factory), factory);
    }

    private static Example<Label> token(String word, String tag) {
        ArrayExample<Label> token = new ArrayExample<>(new Label(tag));
        token.add("W=" + word, 1);
        token.add("BIAS", 1);
        return token;
    }

    private static SpanEvaluation spans() {
        return new SpanEvaluator().evaluate(tagger, sentences);
    }

    @Test
    void classifier() {
        Map<String, Double> metrics = CardMetrics.of(evaluation);
        JsonNode card = ModelCard.of(classifier).tested(evaluation, metrics).toJson();
        assertThat(card.fieldNames()).toIterable().containsExactly(SECTIONS);
        TribuoLayout.assertReadable(card);

        JsonNode model = card.get("ModelDetails");
        assertThat(model.get("model-type").textValue()).isEqualTo("LinearSGDModel");
        assertThat(model.get("model-package").textValue())
                .isEqualTo(classifier.getClass().getName());
        assertThat(model.get("java-version").textValue())
                .isEqualTo(classifier.getProvenance().getJavaVersion());
        assertThat(model.at("/configured-parameters/seed").asText()).isEqualTo("1");
        assertThat(model.at("/configured-parameters/epochs").asText()).isEqualTo("3");

        JsonNode training = card.get("TrainingDetails");
        assertThat(training.get("training-time").textValue())
                .isEqualTo(classifier.getProvenance().getTrainingTime().toString());
        assertThat(training.get("training-set-size").intValue()).isEqualTo(20);
        assertThat(training.get("num-features").intValue()).isEqualTo(2);
        assertThat(training.get("features-list")).hasSize(2);
        assertThat(training.get("num-outputs").intValue()).isEqualTo(2);
        assertThat(training.get("outputs-distribution").get("1").intValue()).isEqualTo(10);

        JsonNode testing = card.get("TestingDetails");
        assertThat(testing.get("testing-set-size").intValue()).isEqualTo(20);
        assertThat(testing.get("metrics").fieldNames())
                .toIterable()
                .containsExactly("accuracy", "macro F1", "F1 of 0", "F1 of 1");
        metrics.forEach(
                (name, value) -> assertThat(testing.get("metrics").get(name).doubleValue())
                        .as(name)
                        .isEqualTo(value));

        assertThat(card.get("UsageDetails").isNull()).isTrue();
        for (String data : List.of("training-data", "testing-data")) {
            assertThat(card.get("DataDetails").get(data)).as(data).hasSize(1);
            assertThat(card.at("/DataDetails/" + data + "/0/hash").textValue())
                    .isEqualTo(ProvenanceUtil.hashResource(HashType.SHA256, numbers));
        }
    }

    @Test
    void sequenceModelInTheSameSections() {
        SpanEvaluation spans = spans();
        JsonNode card = ModelCard.of(tagger)
                .tested(spans, sentences.size(), CardMetrics.of(spans))
                .toJson();
        assertThat(card.fieldNames()).toIterable().containsExactly(SECTIONS);
        TribuoLayout.assertReadable(card);
        JsonNode ofClassifier = ModelCard.of(classifier).toJson();
        for (String section : List.of("ModelDetails", "TrainingDetails", "TestingDetails")) {
            assertThat(card.get(section).fieldNames())
                    .toIterable()
                    .as(section)
                    .containsExactlyElementsOf(() -> ofClassifier.get(section).fieldNames());
        }
        assertThat(card.at("/ModelDetails/model-type").textValue()).isEqualTo("CRFModel");
        assertThat(card.at("/TrainingDetails/training-set-size").intValue()).isEqualTo(6);
        assertThat(card.at("/TrainingDetails/outputs-distribution/B-LOC").intValue())
                .isEqualTo(6);
        assertThat(card.at("/TestingDetails/testing-set-size").intValue()).isEqualTo(6);
        assertThat(card.at("/TestingDetails/metrics/span F1").doubleValue()).isEqualTo(spans.microAveragedF1());
        assertThat(card.at("/TestingDetails/metrics/F1 of LOC").doubleValue())
                .isEqualTo(spans.types().get("LOC").f1());
        assertThat(card.at("/DataDetails/training-data")).as("data from memory").isEmpty();
    }

    @Test
    void withoutTestMetricsAsInTribuo() {
        JsonNode card = ModelCard.of(classifier).toJson();
        TribuoLayout.assertReadable(card);
        assertThat(card.at("/TestingDetails/testing-set-size").intValue()).isZero();
        assertThat(card.at("/TestingDetails/metrics")).isEmpty();
    }

    @Test
    void runProvenanceIsPartOfDataDetails() {
        Model<Label> model = new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(0.5), 3, 1L)
                .train(points, Map.of("development-data", points.getProvenance()));
        JsonNode data = ModelCard.of(model).toJson().get("DataDetails");
        assertThat(new TreeSet<>(
                        data.properties().stream().map(Map.Entry::getKey).toList()))
                .containsExactly("development-data", "schema-version", "training-data");
        assertThat(data.get("development-data")).isEqualTo(data.get("training-data"));
    }

    @Test
    void metricsThatAreNotFiniteAreOmitted() {
        JsonNode card = ModelCard.of(classifier)
                .tested(evaluation, Map.of("a", 1.0, "b", Double.NaN, "c", Double.POSITIVE_INFINITY))
                .toJson();
        assertThat(card.at("/TestingDetails/metrics").fieldNames()).toIterable().containsExactly("a");
        TribuoLayout.assertReadable(card);
    }

    @Test
    void fileRoundTrip() throws IOException {
        Path file = folder.resolve("new/folder/model.card.json");
        ModelCard card = ModelCard.of(classifier)
                .tested(evaluation, CardMetrics.of(evaluation))
                .with("Ours", Map.of("text", "x", "number", 3, "map", Map.of("deep", 0.5)));
        card.write(file);
        assertThat(ModelCard.read(file).toJson()).hasToString(card.toJson().toString());
        assertThat(ModelCard.read(file).toJson().at("/Ours/map/deep").doubleValue())
                .isEqualTo(0.5);
    }

    @Test
    void updateKeepsSectionsOfTheAuthor() throws IOException {
        Path file = folder.resolve("filled.card.json");
        ObjectNode filled = ModelCard.of(classifier)
                .with("PeftDetails", Map.of("chosen-epoch", 2))
                .toJson();
        filled.putObject("UsageDetails").put("intended-use", "to try cards");
        filled.remove("DataDetails"); // as in cards written by Tribuo
        Files.writeString(file, filled.toPrettyString());

        ModelCard tested = ModelCard.of(classifier)
                .tested(evaluation, CardMetrics.of(evaluation))
                .with("PeftDetails", Map.of("method", "x"));
        JsonNode updated = ModelCard.read(file).updatedFrom(tested).toJson();
        assertThat(updated.at("/UsageDetails/intended-use").textValue()).isEqualTo("to try cards");
        assertThat(updated.get("PeftDetails")).isEqualTo(filled.get("PeftDetails"));
        assertThat(updated.get("TestingDetails")).isEqualTo(tested.toJson().get("TestingDetails"));
        assertThat(updated.get("DataDetails")).isEqualTo(tested.toJson().get("DataDetails"));
    }

    @Test
    void rejectsCardsOfOtherModels() {
        ModelCard card = ModelCard.of(classifier);
        SpanEvaluation spans = spans();
        assertThatThrownBy(() -> card.tested(spans, 6, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The evaluation is that of a model trained at");
        assertThatThrownBy(() -> card.updatedFrom(ModelCard.of(tagger)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The card is that of another model");
        assertThatThrownBy(() -> card.with("TrainingDetails", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TrainingDetails");
    }

    @Test
    void rejectsFilesThatAreNotCards() throws IOException {
        assertNotACard("", "its content is not a JSON object");
        assertNotACard("[1]", "its content is not a JSON object");
        assertNotACard("{\"ModelDetails\": ", "is not a model card");
        assertNotACard("{\"ModelDetails\": {}, \"TrainingDetails\": 3}", "missing section TrainingDetails");
        assertNotACard(
                "{\"ModelDetails\": {}, \"TrainingDetails\": {}, \"TestingDetails\": {}}",
                "missing 'training-time' in TrainingDetails");
        assertThatThrownBy(() -> ModelCard.read(folder.resolve("nowhere.json")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere.json: there is no such file");
    }

    private static void assertNotACard(String content, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.json"), content);
        assertThatThrownBy(() -> ModelCard.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bad.json")
                .hasMessageContaining(message);
    }
}
