package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.backbone.NextTokenPooling;
import io.github.tribuopeft.data.ReplyExamples;
import io.github.tribuopeft.generation.BeamRequest;
import io.github.tribuopeft.generation.Generation;
import io.github.tribuopeft.generation.GenerationRequest;
import io.github.tribuopeft.protos.PeftTextModelProto;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingItem;
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
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.tribuo.Example;
import org.tribuo.Excuse;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.provenance.ModelProvenance;

/**
 * Adapted language model, such as a persona: an adapter of some kilobytes and a reference to its frozen decoder. The
 * backbone is opened at the first use and shared with all other models on it.
 *
 * <p>As a model of Tribuo it scores: the prediction for an example is its reply with the log-likelihood that the model
 * gives to it, from which {@link io.github.tribuopeft.text.TextEvaluator} computes perplexity and bits per byte. Safe
 * for concurrent use. Close the model after use.
 */
public final class PeftTextModel extends Model<Text> implements AdaptedModel {

    private static final long serialVersionUID = 1L;

    /** Version of the file format. */
    public static final int CURRENT_VERSION = 0;

    private final transient ModelState<Text> state;
    private final transient InferenceSession session;
    private final transient TrainingHistory history;

    PeftTextModel(
            String name,
            ModelProvenance provenance,
            ImmutableFeatureMap features,
            ImmutableOutputInfo<Text> outputs,
            ModelState<Text> state,
            InferenceOptions options,
            TrainingHistory history) {
        super(name, provenance, features, outputs, false);
        state.requireHead(outputs);
        this.state = state;
        this.session = new InferenceSession(state, outputs, options);
        this.history = history;
    }

    /**
     * Creates a model from a state that was trained elsewhere, such as an adapter from Python.
     *
     * @param provenance the provenance of the state
     * @param outputs the number of texts that it was trained on
     * @param state the state; its pooling must be a {@link NextTokenPooling}
     * @throws IllegalArgumentException if the pooling is another
     */
    public static PeftTextModel of(
            ModelProvenance provenance, ImmutableOutputInfo<Text> outputs, ModelState<Text> state) {
        NextTokenPooling.valueOf(state.pooling().name()); // rejects a pooling that a file of this class cannot name
        return new PeftTextModel(
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
     * is opened at the first use.
     *
     * @throws IOException if the file cannot be read, contains another model, or is truncated or altered; the message
     *     contains the reason
     */
    public static PeftTextModel load(Path file) throws IOException {
        return load(file, InferenceOptions.DEFAULT);
    }

    /**
     * Reads a model that {@link #serializeToFile} wrote. Its backbone is opened at the first use.
     *
     * @param options the device, the precision and the size of batches; the device of the training does not matter
     * @throws IOException if the file cannot be read, contains another model, or is truncated or altered; the message
     *     contains the reason
     */
    public static PeftTextModel load(Path file, InferenceOptions options) throws IOException {
        return ModelFiles.load(
                file,
                PeftTextModel.class,
                "language model",
                (version, className, message) -> read(version, message, options));
    }

    /**
     * Reads a model from a protobuf of Tribuo.
     *
     * @throws InvalidProtocolBufferException if the message is damaged or contains another model
     * @throws IllegalArgumentException if it has a later version
     */
    public static PeftTextModel deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        return read(version, message, InferenceOptions.DEFAULT);
    }

    private static PeftTextModel read(int version, Any message, InferenceOptions options)
            throws InvalidProtocolBufferException {
        ModelFiles.requireVersion(version, CURRENT_VERSION);
        PeftTextModelProto proto = ModelFile.parse(ModelFiles.unseal(message), PeftTextModelProto.parser());
        ModelMetadata<Text> metadata = ModelMetadata.read(proto.getMetadata()).ofTexts();
        return new PeftTextModel(
                metadata.name(),
                metadata.provenance(),
                AbstractPeftTrainer.features(),
                metadata.outputs(),
                ModelFiles.read(proto.getState(), NextTokenPooling.class),
                options,
                null);
    }

    @Override
    public ModelProto serialize() {
        return ModelProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(PeftTextModel.class.getName())
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
        ModelFile.write(file, PeftTextModel.class.getName(), CURRENT_VERSION, this::body);
    }

    @Override
    public void serializeToStream(OutputStream stream) throws IOException {
        ModelFile.write(stream, PeftTextModel.class.getName(), CURRENT_VERSION, body());
    }

    private PeftTextModelProto body() {
        return PeftTextModelProto.newBuilder()
                .setMetadata(new ModelMetadata<>(name, provenance, outputIDInfo).write(false))
                .setState(ModelFiles.write(state))
                .build();
    }

    /**
     * Scores the reply of an example.
     *
     * @return the reply with its log-likelihood
     * @throws IllegalArgumentException if the example has no text or no reply
     * @throws IllegalStateException if the model is closed
     */
    @Override
    public Prediction<Text> predict(Example<Text> example) {
        return innerPredict(List.of(example)).get(0);
    }

    /**
     * Scores a reply to a prompt. {@link #predict(Iterable)} is much faster for several.
     *
     * @param prompt the prompt; empty for a plain text
     * @return the reply with its log-likelihood
     * @throws IllegalStateException if the model is closed
     */
    public Text score(String prompt, String reply) {
        return predict(ReplyExamples.reply(prompt, reply)).getOutput();
    }

    /**
     * Generates a text after a prompt.
     *
     * @throws IllegalArgumentException if the prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     * @throws IllegalStateException if the model is closed
     */
    public Generation generate(GenerationRequest request) {
        return generate(request, part -> true);
    }

    /**
     * Generates a text after a prompt and passes it on in parts. Each part consists of whole characters. Equal requests
     * give equal texts.
     *
     * @param listener receives parts of the text and returns whether to continue; must not close the model
     * @throws IllegalArgumentException if the prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     * @throws IllegalStateException if the model is closed
     */
    public Generation generate(GenerationRequest request, Predicate<String> listener) {
        return session.generate(request, listener);
    }

    /**
     * Finds the text with the highest score by beam search.
     *
     * @throws IllegalArgumentException if the prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     * @throws IllegalStateException if the model is closed
     */
    public Generation generate(BeamRequest request) {
        return session.generate(request);
    }

    /**
     * Generates texts of this model in batches, which is faster than one by one. Each text is that of its request alone,
     * except for rounding.
     *
     * @param batchSize maximum number of texts in a batch
     * @return the texts in the order of the requests
     * @throws IllegalArgumentException if a prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     * @throws IllegalStateException if the model is closed
     */
    public List<Generation> generate(List<GenerationRequest> requests, int batchSize) {
        return generateAll(
                requests.stream()
                        .map(request -> new ModelRequest(this, request))
                        .toList(),
                batchSize);
    }

    /**
     * Generates several samples of a request in one batch. The prompt is processed once.
     *
     * @param count number of samples
     * @return the texts of the request with its seed, the next seed, and so on
     * @throws IllegalArgumentException if the prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     * @throws IllegalStateException if the model is closed
     */
    public List<Generation> samples(GenerationRequest request, int count) {
        return generate(
                IntStream.range(0, count)
                        .mapToObj(i -> request.withSeed(request.seed() + i))
                        .toList(),
                Math.max(1, count));
    }

    /**
     * Request for a text of a model.
     *
     * @param listener receives parts of the text and returns whether to continue; must not close the model
     */
    public record ModelRequest(PeftTextModel model, GenerationRequest request, Predicate<String> listener) {

        /** A request without a listener. */
        public ModelRequest(PeftTextModel model, GenerationRequest request) {
            this(model, request, part -> true);
        }
    }

    /**
     * Generates texts of several models in batches, such as replies of several personas. Each text is that of its model
     * and its request alone, except for rounding.
     *
     * @param requests requests of models with the same backbone, device and precision
     * @param batchSize maximum number of texts in a batch
     * @return the texts in the order of the requests
     * @throws IllegalArgumentException if the backbones differ, if a prompt has no tokens, or if prompt and new text
     *     need more tokens than the backbone takes
     * @throws IllegalStateException if a model is closed
     */
    public static List<Generation> generateAll(List<ModelRequest> requests, int batchSize) {
        return requests.isEmpty()
                ? List.of()
                : InferenceSession.generate(
                        requests.stream()
                                .map(request -> new InferenceSession.SessionRequest(
                                        request.model().session, request.request(), request.listener()))
                                .toList(),
                        batchSize);
    }

    /**
     * Scores the replies of examples. A prompt and a reply that are longer than the model's limit are truncated and
     * counted, see {@link #truncatedTexts}.
     */
    @Override
    protected List<Prediction<Text>> innerPredict(Iterable<Example<Text>> examples) {
        List<Example<Text>> all = new ArrayList<>();
        examples.forEach(all::add);
        all.forEach(PeftTextModel::requireReply);
        List<Integer> owners = new ArrayList<>();
        List<float[]> losses = session.losses(encoder -> {
            List<TrainingItem> items = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                for (TrainingItem item : GenerationTask.items(all.get(i), encoder)) {
                    items.add(item);
                    owners.add(i);
                }
            }
            return items;
        });
        int[] tokens = new int[all.size()];
        double[] logLikelihoods = new double[all.size()];
        for (int item = 0; item < losses.size(); item++) {
            for (float loss : losses.get(item)) {
                logLikelihoods[owners.get(item)] -= loss;
            }
            tokens[owners.get(item)] += losses.get(item).length;
        }
        List<Prediction<Text>> predictions = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Example<Text> example = all.get(i);
            Text scored = new Text(example.getOutput().text(), tokens[i], logLikelihoods[i]);
            predictions.add(new Prediction<>(scored, example.size(), example));
        }
        return predictions;
    }

    private static void requireReply(Example<Text> example) {
        if (example.getOutput().isUnknown()) {
            throw new IllegalArgumentException("An example has no reply to score; expected a reply");
        }
    }

    /** Returns an empty list: the logits are those of the vocabulary. */
    @Override
    public List<String> labels() {
        return List.of();
    }

    @Override
    public ModelState<Text> state() {
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
    public PeftTextModel merged() {
        return new PeftTextModel(
                getName(),
                getProvenance(),
                featureIDMap,
                outputIDInfo,
                state.with(session.merged()),
                session.options(),
                null);
    }

    /** Returns an empty map, because the model has no feature weights. */
    @Override
    public Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
        return Collections.emptyMap();
    }

    /** Returns an empty map, because the model has no feature weights. */
    @Override
    public Optional<Excuse<Text>> getExcuse(Example<Text> example) {
        return Optional.empty();
    }

    /** Returns a model with the same state. Each of the two models must be closed. */
    @Override
    protected PeftTextModel copy(String newName, ModelProvenance newProvenance) {
        return new PeftTextModel(newName, newProvenance, featureIDMap, outputIDInfo, state, session.options(), null);
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        throw new NotSerializableException(
                PeftTextModel.class.getName() + ": use serializeToFile, Java serialization is not supported");
    }
}
