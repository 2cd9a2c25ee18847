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
import io.github.tribuopeft.data.TagScheme;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.data.WordSplitter;
import io.github.tribuopeft.data.WordSplitter.Word;
import io.github.tribuopeft.engine.Devices;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.sequence.SequenceExample;

/**
 * A tuned model as a model of DJL, with the types that DJL's own translators of texts have.
 *
 * <pre>{@code
 * try (ZooModel<String, Classifications> model = ServedModel.classifier(PeftModel.load(Path.of("model.tribuo")));
 *         Predictor<String, Classifications> predictor = model.newPredictor()) {
 *     Classifications.Classification best = predictor.predict("How far is the moon?").best();
 * }
 * }</pre>
 *
 * <p>The answers are Tribuo's predictions, bit for bit. {@code batchPredict} runs texts of similar length together, so hand over as many as there
 * are. As everywhere in DJL, each thread has a predictor of its own; predictors hold nothing native and share the model. Closing this closes
 * the tuned model too.
 *
 * @param <I> what is asked about
 * @param <O> an answer
 */
public final class ServedModel<I, O> extends ZooModel<I, O> {

    private final AdaptedModel tuned;

    private ServedModel(AdaptedModel tuned, String name, Function<List<I>, List<O>> answers) {
        super(running(name, answers), new ValueList.Passing<>());
        this.tuned = tuned;
    }

    private static <I, O> Model running(String name, Function<List<I>, List<O>> answers) {
        // it makes no arrays, so where it is does not matter: the tuned model is on the device that it was asked to be
        // on
        Model model = Model.newInstance(name, Device.cpu(), Devices.ENGINE);
        model.setBlock(new LambdaBlock(questions -> ValueList.answer(questions, answers), name));
        return model;
    }

    /**
     * Serves a classifier of texts: the probability of every label, in the order of the labels' ids.
     *
     * @throws ClassCastException if the model's outputs are no labels
     */
    public static ServedModel<String, Classifications> classifier(PeftModel<?> model) {
        org.tribuo.Model<Label> labels = model.castModel(Label.class);
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        return new ServedModel<>(
                model, model.getName(), texts -> labels
                        .predict(texts.stream()
                                .map(text -> extractor.extract(LabelFactory.UNKNOWN_LABEL, text))
                                .toList())
                        .stream()
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
     * Serves a tagger: the words of a text that are in entities, each with its tag such as {@code B-PERSON}, the tag's probability, which word it
     * is, and its first and last character (exclusive). Texts are split by {@link WordSplitter}.
     */
    public static ServedModel<String, NamedEntity[]> tagger(PeftSequenceModel model) {
        return new ServedModel<>(model, model.getName(), texts -> {
            List<List<Word>> words = texts.stream().map(WordSplitter::split).toList();
            List<List<Prediction<Label>>> predictions =
                    model.predict(words.stream().map(ServedModel::example).toList());
            List<NamedEntity[]> entities = new ArrayList<>();
            for (int i = 0; i < words.size(); i++) {
                entities.add(entities(words.get(i), predictions.get(i)));
            }
            return entities;
        });
    }

    private static SequenceExample<Label> example(List<Word> words) {
        return words.isEmpty()
                ? new SequenceExample<>()
                : WordExamples.of(words.stream().map(Word::text).toList(), LabelFactory.UNKNOWN_LABEL);
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

    /** Closes the tuned model: waits for predictions under way, then frees its native memory. Closing twice is harmless. */
    @Override
    public void close() {
        super.close();
        tuned.close();
    }
}
