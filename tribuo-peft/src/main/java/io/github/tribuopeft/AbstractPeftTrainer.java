package io.github.tribuopeft;

import ai.djl.Device;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.LongProvenance;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.method.MethodContext;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.FrozenStates;
import io.github.tribuopeft.training.HistoryRecorder;
import io.github.tribuopeft.training.ParameterSet;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingEnd;
import io.github.tribuopeft.training.TrainingItem;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import io.github.tribuopeft.training.TrainingLoop;
import io.github.tribuopeft.training.TrainingOptions;
import io.github.tribuopeft.training.TrainingPlan;
import io.github.tribuopeft.training.TrainingSnapshot;
import io.github.tribuopeft.training.TrainingState;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.MutableFeatureMap;
import org.tribuo.Output;
import org.tribuo.OutputInfo;
import org.tribuo.Trainer;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Common part of the trainers: their settings, the training pipeline, and Tribuo's rules for seeds and invocation
 * counts.
 */
abstract class AbstractPeftTrainer {

    @Config(mandatory = true, description = "The frozen backbone.")
    BackboneSource backbone;

    @Config(mandatory = true, description = "The method that adapts the backbone.")
    PeftMethod method;

    @Config(description = "Training hyperparameters.")
    TrainingOptions options = new TrainingOptions();

    @Config(description = "Device: auto, cpu or cuda:N.")
    String device = "auto";

    @Config(description = "Number format of the backbone's weights and states.")
    Precision precision = Precision.FP32;

    @Config(
            description =
                    "Maximum number of tokens in a text, including special tokens; 0 for the maximum of the backbone.")
    int maxLength = 0;

    @Config(
            description = "Fraction of the training examples, [0, 1), held out to choose the best epoch without a"
                    + " development set; 0 to train on all examples and keep the last epoch.")
    double developmentFraction = 0.1;

    @Config(description = "Seed of initial values, order and dropout.")
    long seed = Trainer.DEFAULT_SEED;

    @Config(description = "Checkpoint from which training resumes.")
    InitialCheckpoint start;

    private SplittableRandom random;
    private int invocations;
    private TrainingListener listener = new TrainingListener() {};
    private CheckpointPolicy checkpoints;

    /** For OLCUT, which sets the fields and calls {@link #postConfig}. */
    AbstractPeftTrainer() {}

    AbstractPeftTrainer(PeftTrainerBuilder<?> builder) {
        builder.applyTo(this);
        Objects.requireNonNull(backbone, "A trainer needs a backbone");
        Objects.requireNonNull(method, "A trainer needs a method");
    }

    /** Checks the settings and seeds the random numbers. Called by OLCUT and by constructors. */
    public synchronized void postConfig() {
        if (maxLength != 0 && maxLength < 3) {
            throw new PropertyException("", "maxLength", "maxLength must be 0 or at least 3, but is " + maxLength);
        }
        if (!(developmentFraction >= 0.0 && developmentFraction < 1.0)) {
            throw new PropertyException(
                    "", "developmentFraction", "developmentFraction must be in [0, 1), but is " + developmentFraction);
        }
        this.random = new SplittableRandom(seed);
    }

    /** Sets the listener of training events. */
    public void setListener(TrainingListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /**
     * Sets where and how often the state of a run is written, so that it can be resumed; null for no checkpoints. This
     * does not change the model and is not part of the provenance.
     */
    public void setCheckpoints(CheckpointPolicy policy) {
        this.checkpoints = policy;
    }

    /** Returns the number of invocations so far. */
    public synchronized int getInvocationCount() {
        return invocations;
    }

    /**
     * Resets the random numbers to their state before invocation {@code count}, from 0.
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
     * Returns the current provenance of this trainer.
     *
     * @param trainedOn fingerprint of the backbone
     */
    abstract TrainerProvenance describe(Fingerprint trainedOn);

    /**
     * Trains a model.
     *
     * @param development chooses the best epoch; null to hold out {@code developmentFraction} of the training examples
     * @param invocationCount number of the invocation, from 0, or {@link Trainer#INCREMENT_INVOCATION_COUNT} for the
     *     next one
     * @throws TrainingInterruptedException if the thread is interrupted; it contains the model of the best state so far
     */
    final <E, T extends Output<T>, M extends AdaptedModel> M train(
            TrainingTask<E, T, M> task,
            LabeledExamples<E, T> training,
            LabeledExamples<E, T> development,
            Map<String, Provenance> runProvenance,
            int invocationCount) {
        validateOutputs(training.outputs(), task.head());
        task.requireTexts(training.examples());
        requireNotEmpty(development);
        CheckpointPolicy policy = checkpoints;
        try (CheckpointDirectory directory = policy == null ? null : CheckpointDirectory.open(policy);
                Backbone open = Backbone.open(backbone, resolveDevice(), precision)) {
            TrainingRun run = beginRun(invocationCount, open.fingerprint());
            Split<E> split = development == null
                    ? Split.holdOut(training.examples(), task, developmentFraction, run.random())
                    : new Split<>(training.examples(), development.examples());
            Optional<ValidatedCheckpoint<T>> checkpoint = Optional.ofNullable(start)
                    .map(from ->
                            ValidatedCheckpoint.open(from, backbone, open.fingerprint(), task, training.outputs()));
            ImmutableOutputInfo<T> outputs =
                    checkpoint.map(ValidatedCheckpoint::outputs).orElseGet(training.outputIds());
            requireSeen(task, split.development(), outputs);

            TextEncoder encoder = new TextEncoder(open.tokenizer(), open.endToken(), textLimit(open));
            EncodedDataset dataset = task.encode(split.training(), outputs, encoder);
            ValidationSet validation = task.encodeValidation(split.development(), outputs, encoder);

            TrainingPlan plan =
                    TrainingPlan.of(options, dataset.items().size(), method, task.pooling(open), task.head());
            TrainingState fresh = initialState(open, task.head(), outputs, dataset.texts(), run.random());
            requireSavable(fresh.parameters());
            TrainingState initial = checkpoint
                    .map(from -> from.resume(open, plan, fresh, dataset.items().get(0)))
                    .orElse(fresh);

            TrainingListener listeners = listener;
            Optional<TrainingSnapshot> resumed = Optional.empty();
            if (directory != null) {
                RunIdentity identity = RunIdentity.of(
                        run.provenance(),
                        dataset,
                        validation,
                        task.head().names(outputs),
                        checkpoint.map(ValidatedCheckpoint::sha256));
                resumed = directory.newest(identity).map(CheckpointFile::snapshot);
                resumed.ifPresent(snapshot -> snapshot.requireFits(plan, initial));
                listeners = TrainingListener.of(new CheckpointWriter(directory, policy.interval(), identity), listener);
            }
            Optional<FrozenStates> frozen = FrozenStates.of(
                    open,
                    plan,
                    fresh.parameters().method().isEmpty(),
                    Stream.concat(dataset.items().stream().map(TrainingItem::tokens), validation.sequences().stream())
                            .toList());
            HistoryRecorder recorder = new HistoryRecorder(
                    describe(plan, fresh.parameters(), dataset, validation, frozen, open),
                    listeners,
                    resumed.map(TrainingSnapshot::epochs).orElse(List.of()));
            TrainingLoop.Result result = new TrainingLoop(open, plan, frozen, recorder, new TrainingControl())
                    .train(
                            dataset.items(),
                            initial,
                            validation.metric(),
                            run.random().split(),
                            resumed);

            ModelState<T> state = modelState(open, task.head(), plan, encoder, result);
            TrainingFacts facts = new TrainingFacts()
                    .plan(plan, encoder.maxLength())
                    .frozenLayers(frozen.map(FrozenStates::layers).orElse(0))
                    .data(training, development, split)
                    .result(state, result.bestEpoch());
            M model = task.createModel(new TrainedModel<>(
                    provenance(task, run, training, development, checkpoint, result, runProvenance, facts),
                    outputs,
                    state,
                    recorder.history()));
            if (result.end() == TrainingEnd.INTERRUPTED) {
                throw new TrainingInterruptedException(
                        recorder.history().epochs().size(), result.steps(), model);
            }
            return model;
        }
    }

    /**
     * Begins an invocation. Its provenance has the invocation count before the increment, which repeats this
     * invocation.
     *
     * @param trainedOn fingerprint of the backbone when it was opened
     */
    private synchronized TrainingRun beginRun(int invocationCount, Fingerprint trainedOn) {
        if (invocationCount != Trainer.INCREMENT_INVOCATION_COUNT) {
            setInvocationCount(invocationCount);
        }
        TrainerProvenance provenance = describe(trainedOn);
        TrainingRun run = new TrainingRun(random.split(), provenance);
        invocations++;
        return run;
    }

    static <T extends Output<T>> void validateOutputs(OutputInfo<T> outputs, OutputHead<T> head) {
        if (outputs.getUnknownCount() > 0) {
            throw new IllegalArgumentException(
                    "The supplied Dataset contained unknown Outputs, and this Trainer is supervised.");
        }
        for (T output : outputs.getDomain()) {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(output.toString())) {
                throw new IllegalArgumentException("Output '" + output
                        + "' is not valid Unicode: it has half of a surrogate pair, which a file cannot contain");
            }
        }
        head.validate(outputs);
    }

    private static void requireNotEmpty(LabeledExamples<?, ?> development) {
        if (development != null && development.examples().isEmpty()) {
            throw new IllegalArgumentException(
                    "The development set has no examples; expected at least one, or no development set");
        }
    }

    private static <E, T extends Output<T>> void requireSeen(
            TrainingTask<E, T, ?> task, List<E> development, ImmutableOutputInfo<T> outputs) {
        SortedSet<String> seen = task.labels(outputs);
        for (E example : development) {
            for (String label : task.labels(example)) {
                if (!seen.contains(label)) {
                    throw new UnseenOutputException(task.describe(label), seen);
                }
            }
        }
    }

    /** Returns the maximum number of tokens in a text, in a backbone that supports the method. */
    private int textLimit(Backbone open) {
        if (method.needsLayers() && open.dimensions().layers() == 0) {
            throw new IllegalArgumentException("Method '" + method.name()
                    + "' works inside the layers of a backbone, but those of '" + backbone.name()
                    + "' are a TorchScript module that cannot be changed. Use a method that adds rows to the text, "
                    + "such as prompt-tuning, or none");
        }
        int limit = open.maxTextTokens(method.virtualTokens());
        if (maxLength > limit) {
            throw new IllegalArgumentException("maxLength " + maxLength + " and "
                    + method.virtualTokens().positionsTaken() + " virtual tokens need "
                    + (maxLength + method.virtualTokens().positionsTaken()) + " positions, but the backbone has "
                    + open.dimensions().positions() + ". The largest maxLength is " + limit);
        }
        return maxLength == 0 ? limit : maxLength;
    }

    private <T extends Output<T>> TrainingState initialState(
            Backbone open,
            OutputHead<T> head,
            ImmutableOutputInfo<T> outputs,
            List<String> texts,
            SplittableRandom runRandom) {
        MethodContext context = new MethodContext(open, head.names(outputs), texts, runRandom.split());
        return TrainingState.initial(
                method.initialize(context),
                head.layer().initialize(open.dimensions().hidden(), outputs.size(), runRandom.split()));
    }

    /** Rejects a model that a file cannot contain before it is trained. */
    private void requireSavable(ParameterSet parameters) {
        if (parameters.size() == 0) {
            throw new IllegalArgumentException("Method '" + method.name()
                    + "' has no values to train here, because the head has none either. Use another method, such as"
                    + " prefix-tuning");
        }
        // with the training state: the parameters themselves and AdamW's two averages
        long stored = options.keepState() ? 4 * parameters.size() : parameters.size();
        if (checkpoints != null && !ModelFiles.holds(stored + 3 * parameters.size())) {
            throw new IllegalArgumentException("Method '" + method.name() + "' trains " + parameters.size()
                    + " values here, and a checkpoint contains at most " + ModelFiles.MOST_VALUES
                    + ": the parameters, AdamW's two averages of each, and the best state so far. "
                    + "Train without checkpoints, or use a method with fewer values, such as lora");
        }
        if (!ModelFiles.holds(stored)) {
            throw new IllegalArgumentException("Method '" + method.name() + "' trains " + parameters.size()
                    + " values here, and a model file contains at most " + ModelFiles.MOST_VALUES
                    + (options.keepState() ? ", a quarter of it with keepState" : "")
                    + ". Use a method with fewer values, such as lora");
        }
    }

    private TrainingStart describe(
            TrainingPlan plan,
            ParameterSet parameters,
            EncodedDataset dataset,
            ValidationSet validation,
            Optional<FrozenStates> frozen,
            Backbone open) {
        return new TrainingStart(
                method.name(),
                dataset.texts().size(),
                validation.examples(),
                dataset.truncated(),
                options.epochs(),
                plan.stepsPerEpoch(),
                ParameterSet.size(parameters.method()),
                ParameterSet.size(parameters.head()),
                open.parameters(),
                validation.metricName(),
                frozen.map(FrozenStates::layers).orElse(0));
    }

    private static <E, T extends Output<T>> ModelProvenance provenance(
            TrainingTask<E, T, ?> task,
            TrainingRun run,
            LabeledExamples<E, T> training,
            LabeledExamples<E, T> development,
            Optional<ValidatedCheckpoint<T>> checkpoint,
            TrainingLoop.Result result,
            Map<String, Provenance> runProvenance,
            TrainingFacts facts) {
        Map<String, Provenance> provenance = new HashMap<>(runProvenance);
        if (result.end() != TrainingEnd.COMPLETED) {
            provenance.put(PeftTrainer.STOPPED, new LongProvenance(PeftTrainer.STOPPED, result.steps()));
        }
        provenance.put(TrainingFacts.KEY, facts.provenance());
        if (development != null) {
            provenance.put(PeftTrainer.DEVELOPMENT_DATA, development.provenance());
        }
        checkpoint.ifPresent(from -> provenance.put(
                PeftTrainer.START_HASH, new HashProvenance(HashType.SHA256, PeftTrainer.START_HASH, from.sha256())));
        return new ModelProvenance(
                task.modelType().getName(), OffsetDateTime.now(), training.provenance(), run.provenance(), provenance);
    }

    /**
     * Returns the state of the trained model. It refers to the backbone that was opened, even if its files have changed
     * since.
     */
    private <T extends Output<T>> ModelState<T> modelState(
            Backbone open, OutputHead<T> head, TrainingPlan plan, TextEncoder encoder, TrainingLoop.Result result) {
        return new ModelState<>(
                method.name(),
                BackboneReference.to(backbone, open.fingerprint()),
                result.adapter(),
                head,
                result.head(),
                plan.pooling(),
                encoder.maxLength(),
                precision,
                device,
                result.state());
    }

    /**
     * Returns the feature domain of a model: the one feature that every text has. Datasets for linear models have
     * further features, which a model does not use and which would make its file many times larger.
     */
    static ImmutableFeatureMap features() {
        MutableFeatureMap features = new MutableFeatureMap();
        features.add(Model.BIAS_FEATURE, 1.0);
        return new ImmutableFeatureMap(features);
    }

    Device resolveDevice() {
        return Devices.resolve(device);
    }

    String settings() {
        return "backbone=" + backbone + ",method=" + method + ",options=" + options + ",device=" + device
                + ",precision=" + precision + ",maxLength=" + maxLength + ",developmentFraction=" + developmentFraction
                + ",seed=" + seed + ",start=" + start;
    }
}
