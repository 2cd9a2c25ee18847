package io.github.tribuopeft;

import ai.djl.Device;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.Readout;
import io.github.tribuopeft.method.MethodContext;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.AdaptedBackbone;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import io.github.tribuopeft.training.TrainingLoop;
import io.github.tribuopeft.training.TrainingOptions;
import io.github.tribuopeft.training.TrainingState;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.MutableFeatureMap;
import org.tribuo.Output;
import org.tribuo.OutputInfo;
import org.tribuo.Trainer;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;

/** What trainers of every task have in common: the backbone, the method, the options, and Tribuo's rules for seeds and invocation counts. */
abstract class AbstractPeftTrainer {

    @Config(mandatory = true, description = "The frozen backbone.")
    BackboneSource backbone;

    @Config(mandatory = true, description = "How the backbone is adapted.")
    PeftMethod method;

    @Config(description = "How long, how fast and in which portions to train.")
    TrainingOptions options = new TrainingOptions();

    @Config(description = "Where to run: auto, cpu or cuda:N.")
    String device = "auto";

    @Config(description = "What the backbone computes in.")
    Precision precision = Precision.FP32;

    @Config(
            description =
                    "Number of tokens that a text is cut to, special tokens included; 0 for all that the backbone takes.")
    int maxLength = 0;

    @Config(
            description =
                    "Share of the training examples held out to choose the best epoch, where no development set is given.")
    double developmentFraction = 0.0;

    @Config(description = "The seed of everything random: first values, order, dropout.")
    long seed = Trainer.DEFAULT_SEED;

    @Config(description = "The model that training goes on from; none to begin anew.")
    Start start;

    private SplittableRandom random;
    private int invocations;
    private TrainingListener listener = new TrainingListener() {};

    /** For OLCUT, which sets the fields and calls {@link #postConfig}. */
    AbstractPeftTrainer() {}

    AbstractPeftTrainer(PeftTrainerBuilder<?> builder) {
        builder.applyTo(this);
        Objects.requireNonNull(backbone, "A trainer needs a backbone");
        Objects.requireNonNull(method, "A trainer needs a method");
    }

    /** Checks the settings and starts the random numbers. Called by OLCUT and by constructors. */
    public synchronized void postConfig() {
        if (maxLength != 0 && maxLength < 3) {
            throw new PropertyException(
                    "", "maxLength", "maxLength must be 0 or at least 3 to hold a text, but is " + maxLength);
        }
        if (!(developmentFraction >= 0.0 && developmentFraction < 1.0)) {
            throw new PropertyException(
                    "",
                    "developmentFraction",
                    "developmentFraction must be at least 0 and below 1, but is " + developmentFraction);
        }
        this.random = new SplittableRandom(seed);
    }

    /** Sets who hears how trainings go. */
    public void setListener(TrainingListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** Number of trainings so far. */
    public synchronized int getInvocationCount() {
        return invocations;
    }

    /**
     * Brings the random numbers to where they were before training number {@code count}, from 0.
     *
     * @throws IllegalArgumentException if {@code count} is negative
     */
    public synchronized void setInvocationCount(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("The invocation count must not be negative, but is " + count);
        }
        random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            random.split();
        }
        invocations = count;
    }

    /**
     * The provenance of this trainer as it is now.
     *
     * @param trainedOn which bytes the backbone is made of
     */
    abstract TrainerProvenance describe(Fingerprint trainedOn);

    /** The random numbers and the provenance of one training. */
    record Run(SplittableRandom random, TrainerProvenance provenance) {}

    /**
     * Begins a training. The provenance is taken before the count goes up: it is the count that repeats this training.
     *
     * @param trainedOn which bytes the backbone is made of, as it was opened
     */
    synchronized Run begin(int invocationCount, Fingerprint trainedOn) {
        if (invocationCount != Trainer.INCREMENT_INVOCATION_COUNT) {
            setInvocationCount(invocationCount);
        }
        TrainerProvenance provenance = describe(trainedOn);
        Run run = new Run(random.split(), provenance);
        invocations++;
        return run;
    }

    /**
     * Checks that a dataset can be learned from.
     *
     * @throws IllegalArgumentException if outputs are unknown or are not valid Unicode, or if there is nothing to tell apart
     */
    static <T extends Output<T>> void validateOutputs(OutputInfo<T> outputs, OutputHead<T> head) {
        if (outputs.getUnknownCount() > 0) {
            throw new IllegalArgumentException(
                    "The supplied Dataset contained unknown Outputs, and this Trainer is supervised.");
        }
        for (T output : outputs.getDomain()) {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(output.toString())) {
                throw new IllegalArgumentException("Output '" + output
                        + "' is not valid Unicode: it has half of a surrogate pair, which no file can hold");
            }
        }
        head.validate(outputs);
    }

    /**
     * The examples to learn from, and those to choose the best epoch on.
     *
     * @param development null to hold out {@code developmentFraction} of the examples
     * @param stratum what is then to be kept in proportion
     */
    <E> Split<E> split(
            Iterable<E> examples, Iterable<E> development, Function<E, String> stratum, SplittableRandom random) {
        return development == null
                ? Split.holdOut(list(examples), stratum, developmentFraction, random)
                : new Split<>(list(examples), list(development));
    }

    private static <E> List<E> list(Iterable<E> elements) {
        List<E> list = new ArrayList<>();
        elements.forEach(list::add);
        return list;
    }

    /**
     * What a model remembers of its training.
     *
     * @param development null for none
     * @param predecessor what training went on from
     * @param more what the caller wants remembered
     */
    static ModelProvenance provenance(
            Class<?> model,
            Run run,
            DatasetProvenance examples,
            DatasetProvenance development,
            Optional<? extends ValidatedCheckpoint<?>> predecessor,
            Map<String, Provenance> more) {
        Map<String, Provenance> provenance = new HashMap<>(more);
        if (development != null) {
            provenance.put(PeftTrainer.DEVELOPMENT_DATA, development);
        }
        predecessor.ifPresent(from -> provenance.put(
                PeftTrainer.START_HASH, new HashProvenance(HashType.SHA256, PeftTrainer.START_HASH, from.sha256())));
        return new ModelProvenance(model.getName(), OffsetDateTime.now(), examples, run.provenance(), provenance);
    }

    /**
     * What training goes on from; empty to begin anew.
     *
     * @param kind the class of model that is trained
     * @param outputs those of the training data
     * @throws IllegalArgumentException if it is of another kind or does not know all outputs
     */
    <T extends Output<T>> Optional<ValidatedCheckpoint<T>> predecessor(
            Backbone open, Class<? extends AdaptedModel> kind, OutputInfo<T> outputs) {
        return start == null
                ? Optional.empty()
                : Optional.of(ValidatedCheckpoint.open(start, backbone, open.fingerprint(), kind, outputs));
    }

    Backbone openBackbone() {
        return Backbone.open(backbone, resolveDevice(), precision);
    }

    Device resolveDevice() {
        return Devices.resolve(device);
    }

    /** Number of tokens that texts are cut to, in a backbone that the method can work in. */
    int textLimit(Backbone open) {
        if (method.needsLayers() && open.dimensions().layers() == 0) {
            throw new IllegalArgumentException("Method '" + method.name()
                    + "' works inside the layers of a backbone, and those of '" + backbone.name()
                    + "' are a TorchScript module that cannot be looked into. It takes methods that add rows to the text, "
                    + "such as prompt-tuning, or nothing");
        }
        int room = open.maxTextTokens(method.virtualTokens());
        if (maxLength > room) {
            throw new IllegalArgumentException("maxLength " + maxLength + " and "
                    + method.virtualTokens().positionsTaken() + " virtual tokens need "
                    + (maxLength + method.virtualTokens().positionsTaken()) + " positions, but the backbone has "
                    + open.dimensions().positions() + ". The largest maxLength is " + room);
        }
        return maxLength == 0 ? room : maxLength;
    }

    /**
     * What is to be learned, tokenized.
     *
     * @param examples number of examples that the items were made of
     * @param items what to learn from
     * @param texts the examples' texts, for initializers
     * @param exam what the best epoch is chosen by
     */
    record EncodedDataset(int examples, List<TrainingItem> items, List<String> texts, ValidationSet exam) {}

    /**
     * What the best epoch is chosen by.
     *
     * @param examples number of examples, 0 for none
     * @param sequences the tokens that they were made of
     * @param metric the metric's name
     * @param score the metric of the sequences' logits, higher is better
     */
    record ValidationSet(
            int examples, List<TokenSequence> sequences, String metric, ToDoubleFunction<List<float[][]>> score) {

        /** Measures a state; null if there is nothing to choose by. */
        ToDoubleFunction<AdaptedBackbone> measure() {
            return examples == 0 ? null : adapted -> score.applyAsDouble(adapted.logits(sequences));
        }
    }

    /** Trains the method's tensors and a head's. */
    <T extends Output<T>> TrainingLoop.Result tune(
            Backbone open,
            Readout readout,
            OutputHead<T> head,
            ImmutableOutputInfo<T> outputs,
            EncodedDataset lesson,
            Optional<ValidatedCheckpoint<T>> predecessor,
            SplittableRandom random) {
        MethodContext context = new MethodContext(open, head.names(outputs), lesson.texts(), random.split());
        TrainingState fresh = TrainingState.before(
                method.initialize(context), head.initialize(open.dimensions().hidden(), outputs, random.split()));
        TrainingStart announced = new TrainingStart(
                method.name(),
                lesson.examples(),
                lesson.exam().examples(),
                (int) lesson.items().stream()
                        .filter(item -> item.tokens().dropped() > 0)
                        .count(),
                options.epochs(),
                options.stepsPerEpoch(lesson.items().size()),
                size(fresh.values().method()),
                size(fresh.values().head()),
                open.parameters(),
                lesson.exam().metric());
        requireSavable(announced);
        TrainingLoop loop = new TrainingLoop(open, method, readout, head, options, listener);
        predecessor.ifPresent(model -> model.requireSameReading(
                open, readout, head, lesson.items().get(0).tokens()));
        TrainingState from =
                predecessor.map(model -> model.state(method, loop, fresh)).orElse(fresh);
        return loop.train(announced, lesson.items(), from, lesson.exam().measure(), random.split());
    }

    /** A model that no file can hold is refused before it is trained. */
    private void requireSavable(TrainingStart training) {
        long values = training.adapterParameters() + training.headParameters();
        long kept = options.keepState() ? 4 * values : values; // the tensors themselves, and AdamW's two means
        if (!ModelFiles.holds(kept)) {
            throw new IllegalArgumentException("Method '" + method.name() + "' trains " + values
                    + " values here, and a model file holds at most " + ModelFiles.MOST_VALUES
                    + (options.keepState() ? ", a quarter of it with keepState" : "")
                    + ". Use a method with fewer values, such as lora");
        }
    }

    private static long size(Map<String, Tensor> tensors) {
        return tensors.values().stream().mapToLong(Tensor::size).sum();
    }

    /**
     * The feature domain of a model: the one feature that every text has. The others, of datasets that train linear models too, play no part
     * in it and would make its file many times larger.
     */
    static ImmutableFeatureMap features() {
        MutableFeatureMap features = new MutableFeatureMap();
        features.add(Model.BIAS_FEATURE, 1.0);
        return new ImmutableFeatureMap(features);
    }

    /** What the model of a training keeps. The backbone is the one that was opened, whatever lies in its place by now. */
    <T extends Output<T>> ModelState<T> parts(
            Backbone open, TrainingLoop.Result result, OutputHead<T> head, Readout readout, int limit) {
        return new ModelState<>(
                method.name(),
                BackboneReference.to(backbone, open.fingerprint()),
                result.adapter(),
                head,
                result.head(),
                readout,
                limit,
                precision,
                device,
                result.state());
    }

    String settings() {
        return "backbone=" + backbone + ",method=" + method + ",options=" + options + ",device=" + device
                + ",precision=" + precision + ",maxLength=" + maxLength + ",developmentFraction=" + developmentFraction
                + ",seed=" + seed + ",start=" + start;
    }
}
