package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.data.WordSplitter;
import io.github.tribuopeft.head.MultiLabelHead;
import io.github.tribuopeft.head.RegressorHead;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceExample;

/** Predictions for texts that are not examples. */
class PlainTextTest {

    private static PeftSequenceTrainer tagger() {
        return PeftSequenceTrainer.builder()
                .backbone(new TinyBert())
                .method(new FullFineTuning())
                .options(Fixtures.options().epochs(30).learningRate(1e-2).build())
                .developmentFraction(0)
                .build();
    }

    @Test
    void classifierPredictsTexts(@TempDir Path folder) throws IOException {
        MutableDataset<Label> opinions = Fixtures.opinions(16);
        Path file = folder.resolve("model.tribuo");
        try (PeftModel<Label> trained =
                Fixtures.trainer(new LinearProbe()).build().train(opinions)) {
            trained.serializeToFile(file);
        }
        List<String> texts = TextExampleExtractor.texts(opinions);
        try (PeftModel<Label> model = PeftModel.load(file).castModel(Label.class)) {
            List<Prediction<Label>> expected = model.predict(opinions);
            List<Prediction<Label>> found = model.predictAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(found.get(i).getOutputScores())
                        .isEqualTo(expected.get(i).getOutputScores());
                assertThat(TextExampleExtractor.text(found.get(i).getExample())).isEqualTo(texts.get(i));
                assertThat(found.get(i).getExample().getOutput()).isEqualTo(LabelFactory.UNKNOWN_LABEL);
            }
            assertThat(model.predict(texts.get(3)).getOutput().getLabel())
                    .isEqualTo(expected.get(3).getOutput().getLabel());
            assertThat(model.predictAll(List.of())).isEmpty();
            assertThatThrownBy(() -> model.castModel(Regressor.class)).isInstanceOf(ClassCastException.class);
        }
    }

    @Test
    void multiLabelModelPredictsTexts() {
        MultiLabelFactory factory = new MultiLabelFactory();
        List<Example<MultiLabel>> examples = Fixtures.opinions(12).getData().stream()
                .map(opinion -> new TextExampleExtractor<MultiLabel>()
                        .extract(
                                new MultiLabel(Set.of(opinion.getOutput(), new Label("text"))),
                                TextExampleExtractor.text(opinion)))
                .toList();
        MutableDataset<MultiLabel> data = new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("topics", factory)));
        try (PeftModel<MultiLabel> model = PeftTrainer.builder(new MultiLabelHead())
                .backbone(new TinyBert())
                .method(new LinearProbe())
                .options(Fixtures.options().build())
                .build()
                .train(data)) {
            assertThat(model.predict("the film is good").getOutput().getNameSet())
                    .contains("text");
        }
    }

    @Test
    void regressionModelPredictsTexts() {
        RegressionFactory factory = new RegressionFactory();
        List<Example<Regressor>> examples = Fixtures.opinions(12).getData().stream()
                .map(opinion -> new TextExampleExtractor<Regressor>()
                        .extract(
                                new Regressor(
                                        "rating", opinion.getOutput().getLabel().equals("good") ? 5.0 : 1.0),
                                TextExampleExtractor.text(opinion)))
                .toList();
        MutableDataset<Regressor> data = new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("ratings", factory)));
        try (PeftModel<Regressor> model = PeftTrainer.builder(new RegressorHead())
                .backbone(new TinyBert())
                .method(new LinearProbe())
                .options(Fixtures.options().build())
                .build()
                .train(data)) {
            assertThat(model.predict("the film is good").getOutput().getValues()[0])
                    .isBetween(-10.0, 20.0);
        }
    }

    @Test
    void taggerReturnsEntitiesWithCharacterOffsets() {
        try (PeftSequenceModel model = tagger().train(Fixtures.sentences(24))) {
            // spaces and a line end separate words and stay as they are; U+1F600 has two chars
            String text = "the  new\n film of the city is good. \uD83D\uDE00 the new book .";
            TaggedText tagged = model.tag(text);
            assertThat(tagged.text()).isEqualTo(text);
            assertThat(tagged.words()).isEqualTo(WordSplitter.split(text));
            assertThat(tagged.tags()).containsExactly(tags(model, words(tagged)));
            assertThat(tagged.entities()).extracting(Entity::type).contains("WORK", "PLACE");
            for (Entity entity : tagged.entities()) {
                assertThat(text.substring(entity.begin(), entity.end())).isEqualTo(entity.text());
                assertThat(tagged.words().get(entity.firstWord()).begin()).isEqualTo(entity.begin());
                assertThat(tagged.words().get(entity.endWord() - 1).end()).isEqualTo(entity.end());
                assertThat(entity.score()).isBetween(0.0, 1.0);
            }
            Entity work = tagged.entities().get(0);
            assertThat(work.text()).isEqualTo("new\n film");
            assertThat(work.begin()).isEqualTo(5);
            assertThat(work.end()).isEqualTo(14);
            assertThat(work.firstWord()).isEqualTo(1);
            assertThat(work.endWord()).isEqualTo(3);
            assertThat(tagged.entities().get(tagged.entities().size() - 1).begin())
                    .isEqualTo(text.indexOf("new book"));
            assertThat(model.tagAll(List.of(text, "", "  ")))
                    .satisfiesExactly(
                            first -> assertThat(first.entities()).isEqualTo(tagged.entities()),
                            blank -> assertThat(blank.words()).isEmpty(),
                            spaces -> assertThat(spaces.entities()).isEmpty());
        }
    }

    private static List<String> words(TaggedText tagged) {
        return tagged.words().stream().map(WordSplitter.Word::text).toList();
    }

    private static String[] tags(PeftSequenceModel model, List<String> words) {
        return model.predict(WordExamples.of(words, LabelFactory.UNKNOWN_LABEL)).stream()
                .map(prediction -> prediction.getOutput().getLabel())
                .toArray(String[]::new);
    }

    /** Tags that do not mark entities: the metric of the epochs is then token F1, and there are no entities. */
    @Test
    void taggerOfOtherTagsHasNoEntities() {
        LabelFactory factory = new LabelFactory();
        MutableSequenceDataset<Label> partsOfSpeech =
                new MutableSequenceDataset<>(new SimpleDataSourceProvenance("parts of speech", factory), factory);
        for (int i = 0; i < 12; i++) {
            SequenceExample<Label> sentence = WordExamples.of(
                    List.of("the", i % 2 == 0 ? "film" : "book", "is", "good"),
                    List.of(new Label("DET"), new Label("NOUN"), new Label("VERB"), new Label("ADJ")));
            partsOfSpeech.add(sentence);
        }
        try (PeftSequenceModel model = tagger().train(partsOfSpeech, partsOfSpeech)) {
            assertThat(model.history().orElseThrow().start().metric()).isEqualTo("token-f1");
            TaggedText tagged = model.tag("the film is good");
            assertThat(tagged.tags()).hasSize(4).contains("NOUN");
            assertThat(tagged.entities()).isEmpty();
        }
        try (PeftSequenceModel model = tagger().train(Fixtures.sentences(8), Fixtures.sentences(8))) {
            assertThat(model.history().orElseThrow().start().metric()).isEqualTo("span-f1");
        }
    }
}
