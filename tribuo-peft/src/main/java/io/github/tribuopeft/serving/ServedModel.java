package io.github.tribuopeft.serving;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.nn.LambdaBlock;
import ai.djl.repository.zoo.ZooModel;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.TaggedText;
import io.github.tribuopeft.data.TagScheme;
import io.github.tribuopeft.data.WordSplitter;
import io.github.tribuopeft.data.WordSplitter.Word;
import io.github.tribuopeft.engine.Devices;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * DJL model of an adapted model, with the input and output types of DJL's translators for texts.
 *
 * <pre>{@code
 * try (ZooModel<String, Classifications> model = ServedModel.classifier(PeftModel.load(Path.of("model.tribuo")));
 *         Predictor<String, Classifications> predictor = model.newPredictor()) {
 *     Classifications.Classification best = predictor.predict("How far is the moon?").best();
 * }
 * }</pre>
 *
 * <p>Predictions are identical to those of the Tribuo model. {@code batchPredict} batches texts of similar length, so
 * it is fastest with many texts at once. As usual in DJL, each thread needs its own predictor. All predictors share the
 * adapted model and hold no native memory themselves. Closing this model closes the adapted model.
 *
 * @param <I> the input type
 * @param <O> the output type
 */
public final class ServedModel<I, O> extends ZooModel<I, O> {

    private final AdaptedModel adapted;

    private ServedModel(AdaptedModel adapted, String name, Function<List<I>, List<O>> predict) {
        super(djlModel(name, predict), new ValueList.PassThroughTranslator<>());
        this.adapted = adapted;
    }

    private static <I, O> Model djlModel(String name, Function<List<I>, List<O>> predict) {
        // The DJL model has no arrays, so its device is irrelevant. The adapted model computes on its own device.
        Model model = Model.newInstance(name, Device.cpu(), Devices.ENGINE);
        model.setBlock(new LambdaBlock(inputs -> ValueList.apply(inputs, predict), name));
        return model;
    }

    /**
     * Returns a DJL model of a text classifier. Its predictions contain the probabilities of all labels in the order of
     * their ids.
     *
     * @throws ClassCastException if the outputs of the model are not of type {@link Label}
     */
    public static ServedModel<String, Classifications> classifier(PeftModel<?> model) {
        PeftModel<Label> classifier = model.castModel(Label.class);
        return new ServedModel<>(model, model.getName(), texts -> classifier.predictAll(texts).stream()
                .map(prediction -> classifications(model.labels(), prediction))
                .toList());
    }

    private static Classifications classifications(List<String> labels, Prediction<Label> prediction) {
        return new Classifications(
                labels,
                labels.stream()
                        .map(label -> prediction.getOutputScores().get(label).getScore())
                        .toList());
    }

    /**
     * Returns a DJL model of a tagger. {@link WordSplitter} splits the texts into words. A prediction contains a {@link
     * NamedEntity} for each word whose tag is not {@code O}: the tag, such as {@code B-PERSON}, its probability, the
     * index of the word, the word, and its begin (inclusive) and end (exclusive) in the text.
     */
    public static ServedModel<String, NamedEntity[]> tagger(PeftSequenceModel model) {
        return new ServedModel<>(model, model.getName(), texts -> {
            List<NamedEntity[]> entities = new ArrayList<>();
            for (TaggedText tagged : model.tagAll(texts)) {
                entities.add(entities(tagged.words(), tagged.predictions()));
            }
            return entities;
        });
    }

    private static NamedEntity[] entities(List<Word> words, List<Prediction<Label>> predictions) {
        List<NamedEntity> entities = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            Label tag = predictions.get(i).getOutput();
            if (!tag.getLabel().equals(TagScheme.OUTSIDE)) {
                entities.add(new NamedEntity(
                        tag.getLabel(), (float) tag.getScore(), i, word.text(), word.begin(), word.end()));
            }
        }
        return entities.toArray(NamedEntity[]::new);
    }

    /**
     * Closes the adapted model: waits for running predictions, then frees its native memory. Closing twice has no
     * effect.
     */
    @Override
    public void close() {
        super.close();
        adapted.close();
    }
}
