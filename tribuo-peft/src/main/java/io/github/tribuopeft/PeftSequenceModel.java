package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.backbone.TokenPooling;
import io.github.tribuopeft.data.WordExamples;
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
import org.tribuo.classification.sequence.ConfidencePredictingSequenceModel;
import org.tribuo.protos.core.SequenceModelProto;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;

/**
 * A tuned tagger of words: an adapter and a head of some kilobytes, and a reference to the frozen backbone that they belong to. Every word gets
 * exactly one prediction with the probabilities of all tags. Predicting for many sequences at once is far faster than one by one. Safe for
 * concurrent use; close it when done.
 */
public final class PeftSequenceModel extends ConfidencePredictingSequenceModel implements AdaptedModel {

    private static final long serialVersionUID = 1L;

    /** Version of the file format. */
    public static final int CURRENT_VERSION = 0;

    private final transient ModelState<Label> parts;
    private final transient Decoding decoding;
    private final transient InferenceSession session;
    private final transient TrainingHistory history;

    PeftSequenceModel(
            String name,
            ModelProvenance provenance,
            ImmutableFeatureMap features,
            ImmutableOutputInfo<Label> outputs,
            ModelState<Label> parts,
            Decoding decoding,
            TrainingHistory history) {
        super(name, provenance, features, outputs);
        parts.requireHead(outputs);
        this.parts = parts;
        this.decoding = decoding;
        this.session = new InferenceSession(parts, outputs);
        this.history = history;
    }

    /**
     * A tagger of parts that were trained elsewhere, such as an adapter from Python.
     *
     * @param provenance where the parts come from
     * @param outputs the tags in the order of the head's logits
     * @param parts what the model is made of; its pooling must be a {@link TokenPooling}
     * @param decoding how tags are chosen
     * @throws IllegalArgumentException if the pooling is another
     */
    public static PeftSequenceModel of(
            ModelProvenance provenance,
            ImmutableOutputInfo<Label> outputs,
            ModelState<Label> parts,
            Decoding decoding) {
        TokenPooling.valueOf(parts.pooling().name()); // or else its file could not be read again
        return new PeftSequenceModel(
                parts.method(), provenance, AbstractPeftTrainer.features(), outputs, parts, decoding, null);
    }

    @Override
    public Optional<Decoding> tagDecoding() {
        return Optional.of(decoding);
    }

    /**
     * Reads a model that {@link #serializeToFile} wrote. Its backbone is looked for at the first prediction.
     *
     * @throws IOException if the file cannot be read, or is no such model, or was cut short or altered; the message says which
     */
    public static PeftSequenceModel load(Path file) throws IOException {
        return ModelFiles.load(
                file, PeftSequenceModel.class, "tagger of words", PeftSequenceModel::deserializeFromProto);
    }

    /**
     * Tribuo's way to read a model.
     *
     * @throws InvalidProtocolBufferException if the message is damaged or of another kind
     * @throws IllegalArgumentException if it is of a version that this library does not know
     */
    public static PeftSequenceModel deserializeFromProto(int version, String className, Any message)
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
                ModelFiles.read(proto.getParts(), TokenPooling.class),
                ModelFiles.constant("decoding", proto.getDecoding(), Decoding.class),
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
     * {@inheritDoc} What was there before stays intact until the new file is whole.
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
                .setParts(ModelFiles.write(parts))
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
        return new Tagging(parts.head(), outputIDMap, decoding).predictions(sequences, windows, logits);
    }

    /** The product of the probabilities of a subsequence's tags. */
    @Override
    public <S extends Subsequence> List<Double> scoreSubsequences(
            SequenceExample<Label> example, List<Prediction<Label>> predictions, List<S> subsequences) {
        return multiplyWeights(predictions, subsequences);
    }

    @Override
    public List<String> labels() {
        return parts.head().names(outputIDMap);
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
                getName(), getProvenance(), featureIDMap, outputIDMap, parts.with(session.merged()), decoding, null);
    }

    /** Always empty: the model has no feature weights. */
    @Override
    public Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
        return Collections.emptyMap();
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        throw new NotSerializableException(
                PeftSequenceModel.class.getName() + ": use serializeToFile, Java serialization is not supported");
    }
}
