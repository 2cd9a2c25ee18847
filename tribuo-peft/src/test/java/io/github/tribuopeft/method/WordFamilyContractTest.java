package io.github.tribuopeft.method;

import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.sequence.MutableSequenceDataset;

@Tag("gpu")
class WordFamilyContractTest extends FamilyContract<PeftSequenceModel> {

    private static final MutableSequenceDataset<Label> SENTENCES = Fixtures.sentences(8);

    @Override
    PeftSequenceModel train(BackboneSource backbone, PeftMethod method) {
        return PeftSequenceTrainer.builder()
                .developmentFraction(0)
                .backbone(backbone)
                .method(method)
                .options(OPTIONS)
                .device(TestDevice.name())
                .build()
                .train(SENTENCES);
    }

    @Override
    PeftSequenceModel load(Path file) throws IOException {
        return PeftSequenceModel.load(file);
    }

    @Override
    double[] scores(PeftSequenceModel model) {
        return model.predict(SENTENCES).stream()
                .flatMapToDouble(WordFamilyContractTest::outside)
                .toArray();
    }

    @Override
    double[] scoresOneByOne(PeftSequenceModel model) {
        return SENTENCES.getData().stream()
                .map(model::predict)
                .flatMapToDouble(WordFamilyContractTest::outside)
                .toArray();
    }

    /** Returns the probability of the tag O of each word. */
    private static DoubleStream outside(List<Prediction<Label>> words) {
        return words.stream()
                .mapToDouble(word -> word.getOutputScores().get("O").getScore());
    }

    @Override
    PeftSequenceModel merged(PeftSequenceModel model) {
        return model.merged();
    }

    @Override
    GradientCheck gradientCheck(BackboneSource backbone, PeftMethod method) {
        List<List<String>> sentences = SENTENCES.getData().subList(0, 2).stream()
                .map(WordExamples::words)
                .toList();
        return new GradientCheck(backbone, method, TokenPooling.FIRST_SUBWORD, tokenizer -> sentences.stream()
                .map(words -> tokenizer.encodeWords(words).windows(40).get(0).tokens())
                .toList());
    }
}
