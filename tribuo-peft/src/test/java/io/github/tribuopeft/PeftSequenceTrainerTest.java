package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.data.ConllSequenceSource;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.head.SpanF1;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sequence.LabelSequenceEvaluator;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.sequence.MinimumCardinalitySequenceDataset;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

class PeftSequenceTrainerTest {

    @TempDir
    private Path folder;

    private SequenceDataset<Label> data;

    @BeforeEach
    void sentences() throws IOException {
        String[] films = {"film", "movie", "book", "song"};
        String[] places = {"city", "river", "mountain"};
        StringBuilder lines = new StringBuilder();
        for (String film : films) {
            for (String place : places) {
                lines.append("the\tO\nnew\tB-WORK\n").append(film).append("\tI-WORK\nof\tO\nthe\tO\n");
                lines.append(place).append("\tB-PLACE\nis\tO\ngood\tO\n.\tO\n\n");
            }
        }
        data = new MutableSequenceDataset<>(
                new ConllSequenceSource(Files.writeString(folder.resolve("a.conll"), lines)));
    }

    static List<PeftMethod> methods() {
        return List.of(
                new LinearProbe(),
                new PromptTuning(),
                PrefixTuning.builder().virtualTokens(5).build());
    }

    private static PeftSequenceTrainer trainer(PeftMethod method) {
        return PeftSequenceTrainer.builder()
                .developmentFraction(0)
                .backbone(new TinyBert())
                .method(method)
                .options(TrainingOptions.builder()
                        .epochs(20)
                        .batchSize(4)
                        .learningRate(3e-2)
                        .headLearningRate(3e-2)
                        .build())
                .build();
    }

    private static List<List<String>> tags(SequenceModel<Label> model, SequenceDataset<Label> data) {
        return model.predict(data).stream()
                .map(predictions ->
                        predictions.stream().map(p -> p.getOutput().getLabel()).toList())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void learnsAndGivesTheSameTagsAgainAndFromAFile(PeftMethod method) throws IOException {
        PeftSequenceTrainer trainer = trainer(method);
        try (PeftSequenceModel model = trainer.train(data);
                PeftSequenceModel again = trainer.train(data, null, Collections.emptyMap(), 0)) {
            assertThat(new LabelSequenceEvaluator().evaluate(model, data).accuracy())
                    .isGreaterThan(0.8);
            assertThat(again.adapter()).isEqualTo(model.adapter());
            Path file = folder.resolve("tagger.tribuo");
            model.serializeToFile(file);
            try (PeftSequenceModel loaded = PeftSequenceModel.load(file);
                    PeftSequenceModel tribuos = (PeftSequenceModel) SequenceModel.deserializeFromFile(file)) {
                assertThat(tags(loaded, data)).isEqualTo(tags(model, data)).isEqualTo(tags(tribuos, data));
                assertThat(loaded.getProvenance()).isEqualTo(model.getProvenance());
            }
            assertThatThrownBy(() -> PeftModel.load(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "contains a PeftSequenceModel, but a text classifier (PeftModel) was expected");
        }
    }

    @Test
    void mergedModelGivesTheSameTags() throws IOException {
        try (PeftSequenceModel model = trainer(new LoRA()).train(data);
                PeftSequenceModel merged = model.merged()) {
            assertThat(merged.adapter().keySet()).isNotEmpty().allMatch(name -> name.endsWith(".weight"));
            assertThat(merged.getProvenance()).isEqualTo(model.getProvenance());
            assertThat(tags(merged, data)).isEqualTo(tags(model, data));
            assertThat(scores(merged, data)).containsExactly(scores(model, data), within(1e-5));
            Path file = folder.resolve("merged.tribuo");
            merged.serializeToFile(file);
            try (PeftSequenceModel loaded = PeftSequenceModel.load(file)) {
                assertThat(scores(loaded, data)).containsExactly(scores(merged, data));
            }
        }
    }

    private static double[] scores(SequenceModel<Label> model, SequenceDataset<Label> data) {
        return model.predict(data).stream()
                .flatMap(List::stream)
                .mapToDouble(word -> word.getOutputScores().get("O").getScore())
                .toArray();
    }

    @Test
    void trainerIsRebuiltFromProvenance() {
        PeftSequenceTrainer trainer = trainer(new PrefixTuning());
        try (PeftSequenceModel model = trainer.train(data);
                ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(
                    ProvenanceUtil.extractConfiguration(model.getProvenance().getTrainerProvenance()));
            PeftSequenceTrainer rebuilt =
                    manager.lookupAll(PeftSequenceTrainer.class).get(0);
            assertThat(rebuilt).hasToString(trainer.toString());
            try (PeftSequenceModel repeated = rebuilt.train(data)) {
                assertThat(repeated.adapter()).isEqualTo(model.adapter());
            }
        }
    }

    @Test
    void everyWordGetsOnePrediction() {
        try (PeftSequenceModel model = trainer(new PrefixTuning()).train(data)) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                words.add(i % 7 == 3 ? "\u0001" : i % 2 == 0 ? "film" : "extraordinarily");
            }
            SequenceExample<Label> sentence = WordExamples.of(words, LabelFactory.UNKNOWN_LABEL);
            List<Prediction<Label>> predictions = model.predict(sentence);
            assertThat(predictions).hasSize(5000);
            for (int i = 0; i < 5000; i++) {
                assertThat(predictions.get(i).getExample()).isSameAs(sentence.get(i));
                assertThat(predictions.get(i).getOutputScores()).hasSize(4);
                if (words.get(i).equals("\u0001")) {
                    assertThat(predictions.get(i).getOutputScores().get("O").getScore())
                            .isGreaterThan(0.99);
                }
            }
            assertThat(model.predict(new SequenceExample<Label>())).isEmpty();
            assertThat(model.predict(WordExamples.of(List.of("\u0001", "\u0002"), LabelFactory.UNKNOWN_LABEL)))
                    .extracting(p -> p.getOutput().getLabel())
                    .containsExactly("O", "O");
        }
    }

    @Test
    void otherSequencesInABatchDoNotMatter() {
        try (PeftSequenceModel model = trainer(new PromptTuning()).train(data)) {
            SequenceExample<Label> small = WordExamples.of(List.of("the", "new", "film"), LabelFactory.UNKNOWN_LABEL);
            SequenceExample<Label> large = WordExamples.of(
                    List.of("the", "new", "film", "of", "the", "old", "city", "is", "long"),
                    LabelFactory.UNKNOWN_LABEL);
            List<Prediction<Label>> alone = model.predict(small);
            List<Prediction<Label>> together =
                    model.predict(List.of(large, small)).get(1);
            for (int word = 0; word < 3; word++) {
                for (String tag : alone.get(word).getOutputScores().keySet()) {
                    assertThat(together.get(word).getOutputScores().get(tag).getScore())
                            .isCloseTo(
                                    alone.get(word).getOutputScores().get(tag).getScore(),
                                    org.assertj.core.data.Offset.offset(1e-5));
                }
            }
        }
    }

    @Test
    void developmentSetChoosesTheEpoch() {
        try (PeftSequenceModel model = trainer(new LinearProbe()).train(data, data)) {
            assertThat(model.history().orElseThrow().start().metric()).isEqualTo("span-f1");
            assertThat(model.history().orElseThrow().start().developmentExamples())
                    .isEqualTo(12);
            assertThat(model.getProvenance().toString()).contains("development-data");
            TrainingHistory history = model.history().orElseThrow();
            List<List<String>> expected = new ArrayList<>();
            for (SequenceExample<Label> sentence : data) {
                List<String> tags = new ArrayList<>();
                sentence.forEach(word -> tags.add(word.getOutput().getLabel()));
                expected.add(tags);
            }
            assertThat(history.epochs().get(history.bestEpoch() - 1).developmentMetric())
                    .as("what is measured without predictions is what predictions have")
                    .isEqualTo(new SpanF1().measure(expected, tags(model, data)))
                    .isPositive();
        }
    }

    @Test
    void unseenEntityTypeOfDevelopmentSetIsAnError() {
        MutableSequenceDataset<Label> strange =
                new MutableSequenceDataset<>(data.getSourceProvenance(), new LabelFactory());
        strange.add(WordExamples.of(List.of("the", "new"), List.of(new Label("O"), new Label("B-NEW"))));
        assertThatThrownBy(() -> trainer(new LinearProbe()).train(data, strange))
                .isInstanceOf(UnseenOutputException.class)
                .hasMessage(
                        "The development set has entities of type 'NEW', which the training data lacks; expected one of"
                                + " [PLACE, WORK]");
        MutableSequenceDataset<Label> inside =
                new MutableSequenceDataset<>(data.getSourceProvenance(), new LabelFactory());
        inside.add(WordExamples.of(List.of("the", "new"), List.of(new Label("B-WORK"), new Label("E-WORK"))));
        try (PeftSequenceModel model = trainer(new LinearProbe()).train(data, inside)) {
            assertThat(model.history().orElseThrow().epochs())
                    .as("E-WORK is new, but its type is not")
                    .isNotEmpty();
        }
    }

    @Test
    void classifierFileIsNotATaggerFile() throws IOException {
        Path file = folder.resolve("classifier.tribuo");
        try (PeftModel<Label> classifier =
                Fixtures.trainer(new LinearProbe()).build().train(Fixtures.opinions(4))) {
            classifier.serializeToFile(file);
        }
        assertThatThrownBy(() -> PeftSequenceModel.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("contains a PeftModel, but a tagger of words (PeftSequenceModel) was expected");
    }

    @Test
    void crfTrainsOnTheSameDataset() {
        SequenceModel<Label> crf = new CRFTrainer(new AdaGrad(0.5), 20, 12345L).train(data);
        assertThat(new LabelSequenceEvaluator().evaluate(crf, data).accuracy()).isGreaterThan(0.95);
    }

    @Test
    void invalidDataIsAnError() {
        PeftSequenceTrainer trainer = trainer(new PrefixTuning());
        assertThatThrownBy(() -> trainer.train(new MinimumCardinalitySequenceDataset<>(data, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MinimumCardinalitySequenceDataset");
        MutableSequenceDataset<Label> unknown =
                new MutableSequenceDataset<>(data.getSourceProvenance(), new LabelFactory());
        unknown.add(WordExamples.of(List.of("a"), LabelFactory.UNKNOWN_LABEL));
        assertThatThrownBy(() -> trainer.train(unknown)).hasMessageContaining("unknown Outputs");
        MutableSequenceDataset<Label> one =
                new MutableSequenceDataset<>(data.getSourceProvenance(), new LabelFactory());
        one.add(WordExamples.of(List.of("a", "b"), new Label("O")));
        assertThatThrownBy(() -> trainer.train(one)).hasMessageContaining("at least two labels");
        MutableSequenceDataset<Label> nothing =
                new MutableSequenceDataset<>(data.getSourceProvenance(), new LabelFactory());
        nothing.add(WordExamples.of(List.of("\u0001", "\u0002"), List.of(new Label("O"), new Label("B-X"))));
        assertThatThrownBy(() -> trainer.train(nothing)).hasMessageContaining("nothing to learn from");
        assertThatThrownBy(() -> WordExamples.of(List.of("a"), List.<Label>of()))
                .hasMessageContaining("1 words and 0 outputs");
        PeftSequenceModel closed = trainer(new LinearProbe()).train(data);
        closed.close();
        closed.close();
        assertThatThrownBy(() -> closed.predict(data)).isInstanceOf(IllegalStateException.class);
    }
}
