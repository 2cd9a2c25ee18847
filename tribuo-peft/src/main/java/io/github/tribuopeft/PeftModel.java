package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.protos.PeftModelProto;
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
import org.tribuo.Example;
import org.tribuo.Excuse;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.Prediction;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.provenance.ModelProvenance;

/**
 * Adapted text model: an adapter and a head of some kilobytes, and a reference to their frozen backbone. The backbone
 * is opened at the first prediction and shared with all other models on it.
 *
 * <p>Predictions read the text of an example from its metadata, see {@link TextExampleExtractor}; its features are
 * ignored. Predictions for many examples in one call are much faster than single predictions. Safe for concurrent use.
 * Close the model after use: this frees its native memory, and the backbone after the last model on it. The memory of a
 * model that was dropped unclosed is freed by the garbage collector, at an unpredictable time.
 *
 * @param <T> the output type
 */
public final class PeftModel<T extends Output<T>> extends Model<T> implements AdaptedModel {

    private static final long serialVersionUID = 1L;

    /** Version of the file format. */
    public static final int CURRENT_VERSION = 0;

    private final transient ModelState<T> state;
    private final transient InferenceSession session;
    private final transient TrainingHistory history;

    PeftModel(
            String name,
            ModelProvenance provenance,
            ImmutableFeatureMap features,
            ImmutableOutputInfo<T> outputs,
            ModelState<T> state,
            InferenceOptions options,
            TrainingHistory history) {
        super(name, provenance, features, outputs, state.head().predictor().generatesProbabilities());
        state.requireHead(outputs);
        this.state = state;
        this.session = new InferenceSession(state, outputs, options);
        this.history = history;
    }

    /**
     * Creates a model from a state that was trained elsewhere, such as an adapter from Python.
     *
     * @param provenance the provenance of the state
     * @param outputs the outputs in the order of the head's logits
     * @param state the state; its pooling must be a {@link TextPooling}
     * @throws IllegalArgumentException if the pooling is another
     */
    public static <T extends Output<T>> PeftModel<T> of(
            ModelProvenance provenance, ImmutableOutputInfo<T> outputs, ModelState<T> state) {
        TextPooling.valueOf(state.pooling().name()); // rejects a pooling that a file of this class cannot name
        return new PeftModel<>(
                state.method(),
                provenance,
                AbstractPeftTrainer.features(),
                outputs,
                state,
                InferenceOptions.DEFAULT,
                null);
    }

    /**
     * Reads a model that {@link #serializeToFile} wrote, to run it with {@link InferenceOptions#DEFAULT}. Its backbone
     * is opened at the first prediction. {@link #castModel} returns the model with the type of its outputs:
     *
     * <pre>{@code
     * try (PeftModel<Label> model = PeftModel.load(Path.of("model.tribuo")).castModel(Label.class)) {
     *     String label = model.predict("My card has not arrived").getOutput().getLabel();
     * }
     * }</pre>
     *
     * @throws IOException if the file cannot be read, contains another model, or is truncated or altered; the message
     *     contains the reason
     */
    public static PeftModel<?> load(Path file) throws IOException {
        return load(file, InferenceOptions.DEFAULT);
    }

    /**
     * Reads a model that {@link #serializeToFile} wrote. Its backbone is opened at the first prediction.
     *
     * @param options the device, the precision and the size of batches; the device of the training does not matter
     * @throws IOException if the file cannot be read, contains another model, or is truncated or altered; the message
     *     contains the reason
     */
    public static PeftModel<?> load(Path file, InferenceOptions options) throws IOException {
        return ModelFiles.load(
                file,
                PeftModel.class,
                "text classifier",
                (version, className, message) -> read(version, message, options));
    }

    /**
     * Reads a model from a protobuf of Tribuo.
     *
     * @throws InvalidProtocolBufferException if the message is damaged or contains another model
     * @throws IllegalArgumentException if it has a later version
     */
    public static PeftModel<?> deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        return read(version, message, InferenceOptions.DEFAULT);
    }

    private static PeftModel<?> read(int version, Any message, InferenceOptions options)
            throws InvalidProtocolBufferException {
        ModelFiles.requireVersion(version, CURRENT_VERSION);
        PeftModelProto proto = ModelFile.parse(ModelFiles.unseal(message), PeftModelProto.parser());
        return restore(ModelMetadata.read(proto.getMetadata()), proto, options);
    }

    private static <T extends Output<T>> PeftModel<T> restore(
            ModelMetadata<T> metadata, PeftModelProto proto, InferenceOptions options)
            throws InvalidProtocolBufferException {
        return new PeftModel<>(
                metadata.name(),
                metadata.provenance(),
                AbstractPeftTrainer.features(),
                metadata.outputs(),
                ModelFiles.read(proto.getState(), TextPooling.class),
                options,
                null);
    }

    @Override
    public ModelProto serialize() {
        return ModelProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(PeftModel.class.getName())
                .setSerializedData(ModelFiles.seal(body().toByteString()))
                .build();
    }

    /**
     * {@inheritDoc} An existing file is kept until the new one is complete.
     *
     * @throws IllegalStateException if the model could not be read again, for example if its head is not
     *     {@linkplain ModelFileRegistry registered}
     */
    @Override
    public void serializeToFile(Path file) throws IOException {
        ModelFile.write(file, PeftModel.class.getName(), CURRENT_VERSION, this::body);
    }

    @Override
    public void serializeToStream(OutputStream stream) throws IOException {
        ModelFile.write(stream, PeftModel.class.getName(), CURRENT_VERSION, body());
    }

    private PeftModelProto body() {
        return PeftModelProto.newBuilder()
                .setMetadata(new ModelMetadata<>(name, provenance, outputIDInfo)
                        .write(state.head().predictor().generatesProbabilities()))
                .setState(ModelFiles.write(state))
                .build();
    }

    /**
     * Predicts for one example.
     *
     * @throws IllegalArgumentException if the example has no text
     * @throws IllegalStateException if the model is closed
     */
    @Override
    public Prediction<T> predict(Example<T> example) {
        return innerPredict(List.of(example)).get(0);
    }

    /**
     * Predicts for one text. {@link #predictAll} is much faster for several.
     *
     * @throws IllegalStateException if the model is closed
     */
    public Prediction<T> predict(String text) {
        return predictAll(List.of(text)).get(0);
    }

    /**
     * Predicts for texts. A text that is longer than the model's limit is truncated and counted, see
     * {@link #truncatedTexts}.
     *
     * @return one prediction for each text, in their order
     * @throws IllegalStateException if the model is closed
     */
    public List<Prediction<T>> predictAll(List<String> texts) {
        TextExampleExtractor<T> extractor = new TextExampleExtractor<>();
        return innerPredict(texts.stream()
                .map(text -> extractor.extract(state.head().unknown(), text))
                .toList());
    }

    /**
     * Returns this model with the type of its outputs.
     *
     * @throws ClassCastException if its outputs are of another type
     */
    @Override
    @SuppressWarnings("unchecked") // checked by Tribuo
    public <U extends Output<U>> PeftModel<U> castModel(Class<U> outputType) {
        super.castModel(outputType);
        return (PeftModel<U>) this;
    }

    @Override
    protected List<Prediction<T>> innerPredict(Iterable<Example<T>> examples) {
        List<Example<T>> all = new ArrayList<>();
        examples.forEach(all::add);
        List<String> texts = TextExampleExtractor.texts(all);
        List<float[][]> logits = session.logits((tokenizer, maxLength) ->
                texts.stream().map(text -> tokenizer.encode(text, maxLength)).toList());
        List<Prediction<T>> predictions = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Example<T> example = all.get(i);
            predictions.add(state.head().predictor().predict(logits.get(i)[0], outputIDInfo, example, example.size()));
        }
        return predictions;
    }

    @Override
    public List<String> labels() {
        return state.head().names(outputIDInfo);
    }

    @Override
    public ModelState<T> state() {
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
    public PeftModel<T> merged() {
        return withAdapter(session.merged());
    }

    /**
     * Returns a model with another adapter and the same head, without a training history. Each of the two models must
     * be closed.
     *
     * @param adapter the adapter; the first prediction checks that it fits the backbone
     * @throws IllegalArgumentException if the tensors do not fit each other and the number of virtual tokens
     */
    public PeftModel<T> withAdapter(Adapter adapter) {
        return new PeftModel<>(
                getName(), getProvenance(), featureIDMap, outputIDInfo, state.with(adapter), session.options(), null);
    }

    /** Returns an empty map, because the model has no feature weights. */
    @Override
    public Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
        return Collections.emptyMap();
    }

    /** Returns an empty map, because the model has no feature weights. */
    @Override
    public Optional<Excuse<T>> getExcuse(Example<T> example) {
        return Optional.empty();
    }

    /** Returns a model with the same state. Each of the two models must be closed. */
    @Override
    protected PeftModel<T> copy(String newName, ModelProvenance newProvenance) {
        return new PeftModel<>(newName, newProvenance, featureIDMap, outputIDInfo, state, session.options(), null);
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        throw new NotSerializableException(
                PeftModel.class.getName() + ": use serializeToFile, Java serialization is not supported");
    }
}
