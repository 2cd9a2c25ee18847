package io.github.tribuopeft;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Trainer;
import org.tribuo.WeightedExamples;
import org.tribuo.classification.Label;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Trainer of nearest-prototype classifiers: the prototype of a label is the mean direction of the embeddings of its
 * examples, and a text gets the label whose prototype has the highest cosine with the text's embedding. The backbone
 * embeds each example once; there are no epochs. This is the nearest-centroid classifier of Rocchio, with cosine, and
 * the prediction rule of prototypical networks (Snell, Swersky and Zemel 2017).
 *
 * <p>With {@linkplain LabelDescriptions descriptions of the labels} as examples, the model is a zero-shot classifier:
 *
 * <pre>{@code
 * PrototypeTrainer trainer = new PrototypeTrainer(new MiniLm());
 * PeftModel<Label> zeroShot = trainer.train(LabelDescriptions.of(Map.of("HUM", "person", "LOC", "place")));
 * PeftModel<Label> fewShot = trainer.train(new FewShot(8, 1).sample(data));
 * }</pre>
 *
 * <p>The result is a {@link PeftModel} without an adapter. Its head is a linear layer of the prototypes with length 1
 * and biases of zero, so the logit of a label is |x| times the cosine, and the order of the labels is that of their
 * cosines. Probabilities are the softmax of these logits and are not calibrated.
 *
 * <p>The metadata of the examples must contain their text, see {@link TextExampleExtractor}. Training is
 * deterministic.
 */
public final class PrototypeTrainer implements Trainer<Label>, WeightedExamples {

    /** Name of the method in models of this trainer. */
    public static final String METHOD = "prototypes";

    @Config(mandatory = true, description = "The frozen backbone.")
    private BackboneSource backbone;

    @Config(description = "Pooling of a text's hidden states: MEAN, CLS or LAST; by default the backbone's.")
    private TextPooling pooling;

    @Config(description = "Device: auto, cpu or cuda:N.")
    private String device = "auto";

    @Config(description = "Number format of the backbone's weights and states.")
    private Precision precision = Precision.FP32;

    @Config(
            description =
                    "Maximum number of tokens in a text, including special tokens; 0 for the maximum of the backbone.")
    private int maxLength = 0;

    private int invocations;

    /** Creates an unconfigured instance; OLCUT sets the fields. */
    private PrototypeTrainer() {}

    /** Creates a trainer with the backbone's pooling, on the default device, in float32. */
    public PrototypeTrainer(BackboneSource backbone) {
        this.backbone = Objects.requireNonNull(backbone, "A trainer needs a backbone");
    }

    /**
     * Creates a trainer.
     *
     * @param pooling the pooling of a text's hidden states; null for the default of the backbone
     * @param device {@code auto}, {@code cpu} or {@code cuda:N}
     * @param maxLength maximum number of tokens in a text, including special tokens; 0 for the maximum of the backbone
     * @throws PropertyException if the maximum length is out of range
     */
    public PrototypeTrainer(
            BackboneSource backbone, TextPooling pooling, String device, Precision precision, int maxLength) {
        this(backbone);
        this.pooling = pooling;
        this.device = Objects.requireNonNull(device, "device");
        this.precision = Objects.requireNonNull(precision, "precision");
        this.maxLength = maxLength;
        postConfig();
    }

    /** Checks the settings. Called by OLCUT and by constructors. */
    @Override
    public void postConfig() {
        if (maxLength != 0 && maxLength < ModelState.SHORTEST) {
            throw new PropertyException(
                    "",
                    "maxLength",
                    "maxLength must be 0 or at least " + ModelState.SHORTEST + ", but is " + maxLength);
        }
    }

    @Override
    public PeftModel<Label> train(Dataset<Label> examples) {
        return train(examples, Map.of());
    }

    @Override
    public PeftModel<Label> train(Dataset<Label> examples, Map<String, Provenance> runProvenance) {
        return train(examples, runProvenance, INCREMENT_INVOCATION_COUNT);
    }

    /**
     * Computes the prototypes.
     *
     * @param invocationCount number of the invocation, which does not change the result
     * @throws IllegalArgumentException if an example has no text or an unknown label, or if a label has no example
     */
    @Override
    public PeftModel<Label> train(Dataset<Label> examples, Map<String, Provenance> runProvenance, int invocationCount) {
        LabeledExamples<Example<Label>, Label> training = LabeledExamples.of(examples);
        LabelHead head = new LabelHead(0.0);
        AbstractPeftTrainer.validateOutputs(training.outputs(), head);
        List<String> texts = TextExampleExtractor.texts(training.examples());
        try (Backbone open = Backbone.open(backbone, Devices.resolve(device), precision)) {
            TrainerProvenance trainer = begin(invocationCount, open.fingerprint());
            TextPooling used = pooling == null ? open.defaultPooling() : pooling;
            TextEncoder encoder = new TextEncoder(open.tokenizer(), open.endToken(), textLimit(open));
            float[][] embeddings = new TextEmbeddings(open, used)
                    .of(texts.stream().map(encoder::encode).toList());
            ImmutableOutputInfo<Label> labels = training.outputIds().get();
            ModelState<Label> state = new ModelState<>(
                    METHOD,
                    BackboneReference.to(backbone, open.fingerprint()),
                    Adapter.NONE,
                    head,
                    Map.of(
                            "weight",
                            prototypes(training.examples(), embeddings, labels),
                            "bias",
                            Tensor.zeros(labels.size())),
                    used,
                    encoder.maxLength(),
                    precision,
                    device,
                    Optional.empty());
            Map<String, Provenance> run = new HashMap<>(runProvenance);
            run.put(
                    TrainingFacts.KEY,
                    new TrainingFacts()
                            .encoding(used, encoder.maxLength())
                            .data(training, null, new Split<>(training.examples(), List.of()))
                            .result(state)
                            .provenance());
            return PeftModel.of(
                    new ModelProvenance(
                            PeftModel.class.getName(), OffsetDateTime.now(), training.provenance(), trainer, run),
                    labels,
                    state);
        }
    }

    private synchronized TrainerProvenance begin(int invocationCount, Fingerprint trainedOn) {
        if (invocationCount != INCREMENT_INVOCATION_COUNT) {
            setInvocationCount(invocationCount);
        }
        TrainerProvenance provenance = new PeftTrainerProvenance(this, resolveDevice(), trainedOn);
        invocations++;
        return provenance;
    }

    private int textLimit(Backbone open) {
        int limit = open.maxTextTokens(VirtualTokens.NONE);
        if (maxLength > limit) {
            throw new IllegalArgumentException(
                    "maxLength is " + maxLength + ", but the backbone takes at most " + limit + " tokens");
        }
        return maxLength == 0 ? limit : maxLength;
    }

    /** Returns the mean directions [C, H] of the embeddings of each label, of length 1. */
    private static Tensor prototypes(
            List<Example<Label>> examples, float[][] embeddings, ImmutableOutputInfo<Label> labels) {
        int width = embeddings[0].length;
        double[][] sums = new double[labels.size()][width];
        for (int i = 0; i < embeddings.length; i++) {
            double[] sum = sums[labels.getID(examples.get(i).getOutput())];
            double scale = examples.get(i).getWeight() / norm(embeddings[i]);
            for (int j = 0; j < width; j++) {
                sum[j] += scale * embeddings[i][j];
            }
        }
        float[] prototypes = new float[Tensor.length(labels.size(), width)];
        for (int id = 0; id < sums.length; id++) {
            double length = norm(sums[id]);
            if (length == 0) {
                throw new IllegalArgumentException("Label '"
                        + labels.getOutput(id).getLabel() + "' has no example; expected at least one of each label");
            }
            for (int j = 0; j < width; j++) {
                prototypes[id * width + j] = (float) (sums[id][j] / length);
            }
        }
        return new Tensor(new Shape(labels.size(), width), prototypes);
    }

    private static double norm(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    private static double norm(double[] vector) {
        double squares = 0;
        for (double value : vector) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    private Device resolveDevice() {
        return Devices.resolve(device);
    }

    @Override
    public synchronized int getInvocationCount() {
        return invocations;
    }

    @Override
    public synchronized void setInvocationCount(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("The invocation count must not be negative, but is " + count);
        }
        invocations = count;
    }

    @Override
    public TrainerProvenance getProvenance() {
        return new PeftTrainerProvenance(this, resolveDevice(), backbone.fingerprint());
    }

    @Override
    public String toString() {
        return "PrototypeTrainer(backbone=" + backbone + ",pooling=" + (pooling == null ? "backbone's" : pooling)
                + ",device=" + device + ",precision=" + precision + ",maxLength=" + maxLength + ")";
    }
}
