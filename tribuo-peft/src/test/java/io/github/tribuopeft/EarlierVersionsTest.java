package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.MutableSequenceDataset;

/**
 * Model files of every released format load and give the same predictions as before. The files of format 0 were written
 * by {@link #main} on 2026-11-24 and are never written again; a later format gets additional files.
 */
class EarlierVersionsTest {

    private static final String CLASSIFIER = "classifier-0.tribuo";
    private static final String TAGGER = "tagger-0.tribuo";

    private static Path file(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(EarlierVersionsTest.class.getResource(name))
                .toURI());
    }

    @Test
    void classifierOfFormat0() throws IOException, URISyntaxException {
        try (PeftModel<?> loaded = PeftModel.load(file(CLASSIFIER))) {
            Model<Label> model = loaded.castModel(Label.class);
            Prediction<Label> prediction =
                    model.predict(new TextExampleExtractor<Label>().extract(LabelFactory.UNKNOWN_LABEL, "a fine film"));
            assertThat(prediction.getOutputScores().get("good").getScore()).isCloseTo(0.58653, within(1e-5));
        }
    }

    @Test
    void taggerOfFormat0() throws IOException, URISyntaxException {
        try (PeftSequenceModel model = PeftSequenceModel.load(file(TAGGER))) {
            List<Prediction<Label>> predictions =
                    model.predict(WordExamples.of(List.of("the", "city"), LabelFactory.UNKNOWN_LABEL));
            assertThat(predictions.get(1).getOutputScores().get("B-PLACE").getScore())
                    .isCloseTo(0.53199, within(1e-5));
        }
    }

    /** Writes the files into a folder and prints the predictions of their models. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        SimpleDataSourceProvenance source = new SimpleDataSourceProvenance("written by hand", new LabelFactory());
        TrainingOptions options = TrainingOptions.builder()
                .epochs(4)
                .batchSize(2)
                .headLearningRate(1e-2)
                .build();
        PrefixTuning method = PrefixTuning.builder().virtualTokens(2).build();

        MutableDataset<Label> texts = new MutableDataset<>(source, new LabelFactory());
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        for (String film : List.of("film", "book", "song")) {
            texts.add(extractor.extract(new Label("good"), "a fine " + film));
            texts.add(extractor.extract(new Label("bad"), "an awful " + film));
        }
        try (PeftModel<Label> model = PeftTrainer.builder(new LabelHead())
                .backbone(new TinyBert())
                .method(method)
                .options(options)
                .build()
                .train(texts)) {
            model.serializeToFile(folder.resolve(CLASSIFIER));
            System.out.println(model.predict(extractor.extract(LabelFactory.UNKNOWN_LABEL, "a fine film"))
                    .getOutputScores());
        }

        MutableSequenceDataset<Label> sentences = new MutableSequenceDataset<>(source, new LabelFactory());
        for (String place : List.of("city", "river", "mountain")) {
            sentences.add(WordExamples.of(List.of("the", place), List.of(new Label("O"), new Label("B-PLACE"))));
        }
        try (PeftSequenceModel model = PeftSequenceTrainer.builder()
                .backbone(new TinyBert())
                .method(method)
                .options(options)
                .build()
                .train(sentences)) {
            model.serializeToFile(folder.resolve(TAGGER));
            System.out.println(model.predict(WordExamples.of(List.of("the", "city"), LabelFactory.UNKNOWN_LABEL))
                    .get(1)
                    .getOutputScores());
        }
    }
}
