package io.github.tribuopeft;

import ai.djl.Device;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.Objects;
import java.util.SplittableRandom;
import org.tribuo.Trainer;
import org.tribuo.provenance.TrainerProvenance;

/** What trainers of every task have in common: the backbone, the method, the options, and Tribuo's rules for seeds and invocation counts. */
abstract class BackboneTuner {

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

    private SplittableRandom random;
    private int invocations;
    private TrainingListener listener = new TrainingListener() {};

    /** For OLCUT, which sets the fields and calls {@link #postConfig}. */
    BackboneTuner() {}

    BackboneTuner(TunerBuilder<?> builder) {
        this.backbone = Objects.requireNonNull(builder.backbone, "A trainer needs a backbone");
        this.method = Objects.requireNonNull(builder.method, "A trainer needs a method");
        this.options = builder.options;
        this.device = builder.device;
        this.precision = builder.precision;
        this.maxLength = builder.maxLength;
        this.developmentFraction = builder.developmentFraction;
        this.seed = builder.seed;
        this.listener = builder.listener;
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

    TrainingListener listener() {
        return listener;
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

    /** The provenance of this trainer as it is now. */
    abstract TrainerProvenance describe();

    /** The random numbers and the provenance of one training. */
    record Run(SplittableRandom random, TrainerProvenance provenance) {}

    /** Begins a training. The provenance is taken before the count goes up: it is the count that repeats this training. */
    synchronized Run begin(int invocationCount) {
        if (invocationCount != Trainer.INCREMENT_INVOCATION_COUNT) {
            setInvocationCount(invocationCount);
        }
        TrainerProvenance provenance = describe();
        Run run = new Run(random.split(), provenance);
        invocations++;
        return run;
    }

    Backbone openBackbone() {
        return Backbone.open(backbone, resolveDevice(), precision);
    }

    Device resolveDevice() {
        return Devices.resolve(device);
    }

    /** Number of tokens that texts are cut to. */
    int textLimit(Backbone open) {
        int room = open.room(method.virtualTokens());
        if (maxLength > room) {
            throw new IllegalArgumentException("maxLength " + maxLength + " and "
                    + method.virtualTokens().positionsTaken() + " virtual tokens need "
                    + (maxLength + method.virtualTokens().positionsTaken()) + " positions, but the backbone has "
                    + open.shape().positions() + ". The largest maxLength is " + room);
        }
        return maxLength == 0 ? room : maxLength;
    }

    String settings() {
        return "backbone=" + backbone + ",method=" + method + ",options=" + options + ",device=" + device
                + ",precision=" + precision + ",maxLength=" + maxLength + ",developmentFraction=" + developmentFraction
                + ",seed=" + seed;
    }
}
