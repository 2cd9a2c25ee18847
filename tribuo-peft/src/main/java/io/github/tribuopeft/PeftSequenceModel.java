package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.data.WordSplitter;
import io.github.tribuopeft.evaluation.Span;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.protos.PeftSequenceModelProto;
import io.github.tribuopeft.training.TrainingHistory;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Prediction;
import org.tribuo.classification.ImmutableLabelInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sequence.ConfidencePredictingSequenceModel;
import org.tribuo.protos.core.SequenceModelProto;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;

/**
 * Adapted tagger of words: an adapter and a head of some kilobytes, and a reference to their frozen backbone. Each word
 * has one prediction with the probabilities of all tags. Predictions for many sequences in one call are much faster
 * than single predictions. Safe for concurrent use. Close the model after use: this frees its native memory, and the
 * backbone after the last model on it. The memory of a model that was dropped unclosed is freed by the garbage
 * collector, at an unpredictable time.
 */
public final class PeftSequenceModel extends ConfidencePredictingSequenceModel implements AdaptedModel {

    private static final long serialVersionUID = 1L;

    /** Version of the file format. */
    public static final int CURRENT_VERSION = 0;

    private final transient ModelState<Label> state;
    private final transient Decoding decoding;
    private final transient InferenceSession session;
    private final transient TrainingHistory history;

    PeftSequenceModel(
            String name,
            ModelProvenance provenance,
            ImmutableFeatureMap features,
            ImmutableOutputInfo<Label> outputs,
            ModelState<Label> state,
            Decoding decoding,
            InferenceOptions options,
            TrainingHistory history) {
        super(name, provenance, features, outputs);
        state.requireHead(outputs);
        this.state = state;
        this.decoding = decoding;
        this.session = new InferenceSession(state, outputs, options);
        this.history = history;
    }

    /**
     * Creates a tagger from a state that was trained elsewhere, such as an adapter from Python.
     *
     * @param provenance the provenance of the state
     * @param outputs the tags in the order of the head's logits
     * @param state the state; its pooling must be a {@link TokenPooling}
     * @param decoding the decoding of tags
     * @throws IllegalArgumentException if the pooling is another
     */
    public static PeftSequenceModel of(
            ModelProvenance provenance,
            ImmutableOutputInfo<Label> outputs,
            ModelState<Label> state,
            Decoding decoding) {
        TokenPooling.valueOf(state.pooling().name()); // rejects a pooling that a file of this class cannot name
        return new PeftSequenceModel(
                state.method(),
                provenance,
                AbstractPeftTrainer.features(),
                outputs,
                state,
                decoding,
                InferenceOptions.DEFAULT,
                null);
    }

    @Override
    public Optional<Decoding> tagDecoding() {
        return Optional.of(decoding);
    }

    /**
     * Reads a model that {@link #serializeToFile} wrote, to run it with {@link InferenceOptions#DEFAULT}. Its backbone
     * is opened at the first prediction.
     *
     * @throws IOException if the file cannot be read, contains another model, or is truncated or altered; the message
     *     contains the reason
     */
    public static PeftSequenceModel load(Path file) throws IOException {
        return load(file, InferenceOptions.DEFAULT);
    }

    /**
     * Reads a model that {@link #serializeToFile} wrote. Its backbone is opened at the first prediction.
     *
     * @param options the device, the precision and the size of batches; the device of the training does not matter
     * @throws IOException if the file cannot be read, contains another model, or is truncated or altered; the message
     *     contains the reason
     */
    public static PeftSequenceModel load(Path file, InferenceOptions options) throws IOException {
        return ModelFiles.load(
                file,
                PeftSequenceModel.class,
                "tagger of words",
                (version, className, message) -> read(version, message, options));
    }

    /**
     * Reads a model from a protobuf of Tribuo.
     *
     * @throws InvalidProtocolBufferException if the message is damaged or contains another model
     * @throws IllegalArgumentException if it has a later version
     */
    public static PeftSequenceModel deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        return read(version, message, InferenceOptions.DEFAULT);
    }

    private static PeftSequenceModel read(int version, Any message, InferenceOptions options)
            throws InvalidProtocolBufferException {
        ModelFiles.requireVersion(version, CURRENT_VERSION);
        PeftSequenceModelProto proto = ModelFile.parse(ModelFiles.unseal(message), PeftSequenceModelProto.parser());
        ModelMetadata<?> metadata = ModelMetadata.read(proto.getMetadata());
        if (!(metadata.outputs() instanceof ImmutableLabelInfo)) {
            throw new InvalidProtocolBufferException("The model's outputs are not labels");
        }
        @SuppressWarnings("unchecked") // just checked
        ImmutableOutputInfo<Label> outputs = (ImmutableOutputInfo<Label>) metadata.outputs();
        return new PeftSequenceModel(
                metadata.name(),
                metadata.provenance(),
                AbstractPeftTrainer.features(),
                outputs,
                ModelFiles.read(proto.getState(), TokenPooling.class),
                ModelFiles.constant("decoding", proto.getDecoding(), Decoding.class),
                options,
                null);
    }

    @Override
    public SequenceModelProto serialize() {
        return SequenceModelProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(PeftSequenceModel.class.getName())
                .setSerializedData(ModelFiles.seal(body().toByteString()))
                .build();
    }

    /**
     * {@inheritDoc} An existing file is kept until the new one is complete.
     *
     * @throws IllegalStateException if the model could not be read again
     */
    @Override
    public void serializeToFile(Path file) throws IOException {
        ModelFile.write(file, PeftSequenceModel.class.getName(), CURRENT_VERSION, this::body);
    }

    @Override
    public void serializeToStream(OutputStream stream) throws IOException {
        ModelFile.write(stream, PeftSequenceModel.class.getName(), CURRENT_VERSION, body());
    }

    private PeftSequenceModelProto body() {
        return PeftSequenceModelProto.newBuilder()
                .setMetadata(new ModelMetadata<>(getName(), getProvenance(), outputIDMap).write(false))
                .setState(ModelFiles.write(state))
                .setDecoding(decoding.name())
                .build();
    }

    /**
     * Predicts for one sequence.
     *
     * @throws IllegalArgumentException if a word has no text
     * @throws IllegalStateException if the model is closed
     */
    @Override
    public List<Prediction<Label>> predict(SequenceExample<Label> example) {
        return predict(List.of(example)).get(0);
    }

    @Override
    public List<List<Prediction<Label>>> predict(SequenceDataset<Label> examples) {
        return predict((Iterable<SequenceExample<Label>>) examples);
    }

    @Override
    public List<List<Prediction<Label>>> predict(Iterable<SequenceExample<Label>> examples) {
        List<SequenceExample<Label>> sequences = new ArrayList<>();
        examples.forEach(sequences::add);
        List<List<String>> words = sequences.stream().map(WordExamples::words).toList();
        List<Tagging.Placed> windows = new ArrayList<>();
        List<float[][]> logits = session.logits((tokenizer, maxLength) -> {
            windows.addAll(Tagging.windows(tokenizer, words, maxLength));
            return Tagging.tokens(windows);
        });
        return new Tagging(state.head(), outputIDMap, decoding).predictions(sequences, windows, logits);
    }

    /**
     * Tags the words of a text. {@link #tagAll} is much faster for several texts.
     *
     * <p>{@link WordSplitter} splits the text: a run of letters, digits and underscores is a word, every other visible
     * character is a word of its own, and whitespace separates words. Training data should be split in the same way.
     *
     * <pre>{@code
     * for (Entity entity : model.tag("Anna Berg checked pump P-114 in Lund").entities()) {
     *     System.out.println(entity.type() + " " + entity.text() + " at " + entity.begin());
     * }
     * }</pre>
     *
     * @return the words and entities with their positions in {@code text}; none for blank text, and no entities if the
     *     outputs of the model are not tags of entities, such as {@code B-PERSON}
     * @throws IllegalStateException if the model is closed
     */
    public TaggedText tag(String text) {
        return tagAll(List.of(text)).get(0);
    }

    /**
     * Tags the words of texts, as {@link #tag} does.
     *
     * @return one result for each text, in their order
     * @throws IllegalStateException if the model is closed
     */
    public List<TaggedText> tagAll(List<String> texts) {
        return tagAll(texts, texts.stream().map(WordSplitter::split).toList());
    }

    /**
     * Tags sentences that are split into words already.
     *
     * @param sentences the words of each sentence
     * @return one result for each sentence, in their order; its text is the words with a space between them
     * @throws IllegalStateException if the model is closed
     */
    public List<TaggedText> tagWords(List<List<String>> sentences) {
        List<List<WordSplitter.Word>> words = new ArrayList<>();
        for (List<String> sentence : sentences) {
            List<WordSplitter.Word> placed = new ArrayList<>();
            int begin = 0;
            for (String word : sentence) {
                placed.add(new WordSplitter.Word(word, begin, begin + word.length()));
                begin += word.length() + 1;
            }
            words.add(placed);
        }
        return tagAll(
                sentences.stream().map(sentence -> String.join(" ", sentence)).toList(), words);
    }

    private List<TaggedText> tagAll(List<String> texts, List<List<WordSplitter.Word>> words) {
        List<SequenceExample<Label>> sequences =
                words.stream().map(PeftSequenceModel::sequence).toList();
        List<List<Prediction<Label>>> predictions = predict(sequences);
        List<TaggedText> tagged = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            List<Entity> entities = entities(texts.get(i), words.get(i), sequences.get(i), predictions.get(i));
            tagged.add(new TaggedText(texts.get(i), words.get(i), predictions.get(i), entities));
        }
        return tagged;
    }

    private static SequenceExample<Label> sequence(List<WordSplitter.Word> words) {
        return words.isEmpty()
                ? new SequenceExample<>()
                : WordExamples.of(words.stream().map(WordSplitter.Word::text).toList(), LabelFactory.UNKNOWN_LABEL);
    }

    private List<Entity> entities(
            String text,
            List<WordSplitter.Word> words,
            SequenceExample<Label> sequence,
            List<Prediction<Label>> predictions) {
        List<Span> spans = SpanScheme.CONLLEVAL.accepts(labels())
                ? SpanScheme.CONLLEVAL.spans(predictions.stream()
                        .map(prediction -> prediction.getOutput().getLabel())
                        .toList())
                : List.of();
        List<Double> scores = scoreSubsequences(
                sequence,
                predictions,
                spans.stream()
                        .map(span -> new Subsequence(span.begin(), span.end()))
                        .toList());
        List<Entity> entities = new ArrayList<>();
        for (int i = 0; i < spans.size(); i++) {
            Span span = spans.get(i);
            int begin = words.get(span.begin()).begin();
            int end = words.get(span.end() - 1).end();
            entities.add(new Entity(
                    span.type(), begin, end, text.substring(begin, end), span.begin(), span.end(), scores.get(i)));
        }
        return entities;
    }

    /** Returns the product of the probabilities of the tags of each subsequence. */
    @Override
    public <S extends Subsequence> List<Double> scoreSubsequences(
            SequenceExample<Label> example, List<Prediction<Label>> predictions, List<S> subsequences) {
        return multiplyWeights(predictions, subsequences);
    }

    @Override
    public List<String> labels() {
        return state.head().names(outputIDMap);
    }

    @Override
    public ModelState<Label> state() {
        return state;
    }

    @Override
    public InferenceSession session() {
        return session;
    }

    @Override
    public Optional<TrainingHistory> history() {
        return Optional.ofNullable(history);
    }

    @Override
    public PeftSequenceModel merged() {
        return new PeftSequenceModel(
                getName(),
                getProvenance(),
                featureIDMap,
                outputIDMap,
                state.with(session.merged()),
                decoding,
                session.options(),
                null);
    }

    /** Returns an empty map, because the model has no feature weights. */
    @Override
    public Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
        return Collections.emptyMap();
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        throw new NotSerializableException(
                PeftSequenceModel.class.getName() + ": use serializeToFile, Java serialization is not supported");
    }
}
