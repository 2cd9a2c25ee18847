package io.github.tribuopeft.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.metric.Metrics;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.modality.nlp.translator.TextClassificationServingTranslator;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/** Adapted models in DJL have the same predictions as in Tribuo. */
class ServedModelTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(32);
    private static final List<String> TEXTS = TextExampleExtractor.texts(OPINIONS);

    private static PeftModel<Label> classifier;
    private static PeftSequenceModel tagger;
    private static ZooModel<String, Classifications> texts;
    private static ZooModel<String, NamedEntity[]> words;

    @BeforeAll
    static void train() {
        PrefixTuning method = PrefixTuning.builder().virtualTokens(2).build();
        classifier = Fixtures.trainer(method).build().train(OPINIONS);
        texts = ServedModel.classifier(classifier);
        tagger = PeftSequenceTrainer.builder()
                .developmentFraction(0)
                .backbone(new TinyBert())
                .method(method)
                .options(Fixtures.options().build())
                .build()
                .train(Fixtures.sentences(16));
        words = ServedModel.tagger(tagger);
    }

    @AfterAll
    static void close() {
        texts.close();
        words.close();
    }

    private static double[] good(List<Classifications> predictions) {
        return predictions.stream()
                .mapToDouble(prediction -> prediction.get("good").getProbability())
                .toArray();
    }

    @Test
    void classifierPredictsAsInTribuo() throws TranslateException {
        try (Predictor<String, Classifications> predictor = texts.newPredictor()) {
            List<Classifications> predictions = predictor.batchPredict(TEXTS);
            assertThat(good(predictions)).containsExactly(Fixtures.scores(classifier, OPINIONS));
            assertThat(predictions)
                    .extracting(prediction -> prediction.best().getClassName())
                    .containsExactlyElementsOf(classifier.predict(OPINIONS).stream()
                            .map(prediction -> prediction.getOutput().getLabel())
                            .toList());
            assertThat(predictions.get(0).getClassNames()).isEqualTo(classifier.labels());
            Classifications alone = predictor.predict(TEXTS.get(3));
            assertThat(good(List.of(alone)))
                    .containsExactly(Fixtures.scores(classifier, List.of(OPINIONS.getExample(3))));
            assertThat(predictor.batchPredict(List.of())).isEmpty();
        }
    }

    /** DJL's metrics count one inference for all texts. */
    @Test
    void aBatchIsOneInference() throws TranslateException {
        try (Predictor<String, Classifications> predictor = texts.newPredictor()) {
            Metrics metrics = new Metrics();
            predictor.setMetrics(metrics);
            predictor.batchPredict(TEXTS);
            assertThat(metrics.getMetric("Inference")).hasSize(1);
        }
    }

    @Test
    void threadsWithTheirOwnPredictors() throws Exception {
        double[] expected = Fixtures.scores(classifier, OPINIONS);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<double[]>> predictions = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                predictions.add(pool.submit(() -> {
                    try (Predictor<String, Classifications> predictor = texts.newPredictor()) {
                        return good(predictor.batchPredict(TEXTS));
                    }
                }));
            }
            for (Future<double[]> prediction : predictions) {
                assertThat(prediction.get()).containsExactly(expected);
            }
        } finally {
            pool.shutdown();
        }
    }

    /** The translator of DJL Serving: requests in, JSON out. */
    @Test
    void servesRequests() throws Exception {
        try (Predictor<Input, Output> predictor =
                texts.newPredictor(new TextClassificationServingTranslator(texts.getTranslator()))) {
            Input request = new Input();
            request.add(TEXTS.get(0));
            JsonNode json = new ObjectMapper()
                    .readTree(predictor.predict(request).getData().getAsString());
            Map<String, Double> probabilities = new HashMap<>();
            json.forEach(label -> probabilities.put(
                    label.get("className").asText(), label.get("probability").asDouble()));
            assertThat(probabilities).containsOnlyKeys("good", "bad");
            assertThat(probabilities.get("good"))
                    .isEqualTo(Fixtures.scores(classifier, List.of(OPINIONS.getExample(0)))[0]);
        }
    }

    @Test
    void taggerPredictsAsInTribuo() throws TranslateException {
        String text = "The new  film of the city is good.";
        List<String> split = List.of("The", "new", "film", "of", "the", "city", "is", "good", ".");
        List<Prediction<Label>> expected = tagger.predict(WordExamples.of(split, LabelFactory.UNKNOWN_LABEL));
        int[] inside = IntStream.range(0, split.size())
                .filter(i -> !expected.get(i).getOutput().getLabel().equals("O"))
                .toArray();
        assertThat(inside).as("words in entities").isNotEmpty();
        try (Predictor<String, NamedEntity[]> predictor = words.newPredictor()) {
            NamedEntity[] entities = predictor.predict(text);
            assertThat(entities)
                    .extracting(NamedEntity::getIndex)
                    .containsExactly(IntStream.of(inside).boxed().toArray(Integer[]::new));
            for (NamedEntity entity : entities) {
                Label tag = expected.get(entity.getIndex()).getOutput();
                assertThat(entity.getEntity()).isEqualTo(tag.getLabel());
                assertThat(entity.getScore()).isEqualTo((float) tag.getScore());
                assertThat(entity.getWord()).isEqualTo(split.get(entity.getIndex()));
                assertThat(text.substring(entity.getStart(), entity.getEnd())).isEqualTo(entity.getWord());
            }
            List<NamedEntity[]> several = predictor.batchPredict(List.of(" ", text));
            assertThat(several.get(0)).isEmpty();
            assertThat(several.get(1)).hasSameSizeAs(entities);
        }
    }

    @Test
    void closedModelIsRefused() {
        PeftModel<Label> copy = (PeftModel<Label>) classifier.copy();
        ZooModel<String, Classifications> served = ServedModel.classifier(copy);
        Predictor<String, Classifications> predictor = served.newPredictor();
        served.close();
        served.close();
        assertThat(served.getNDManager().isOpen()).isFalse();
        assertThatThrownBy(() -> copy.predict(OPINIONS)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> predictor.predict(TEXTS.get(0))).hasStackTraceContaining("closed");
        predictor.close();
    }
}
