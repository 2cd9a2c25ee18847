package io.github.tribuopeft.training;

import ai.djl.Device;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Training hyperparameters: epochs, learning rates, batch size, schedule. */
public final class TrainingOptions implements Configurable, Provenancable<ConfiguredObjectProvenance> {

    /** On two cores, 8 examples take 12 % more time for each example than 16. */
    private static final int CPU_MICRO_BATCH = 16;

    @Config(description = "Number of passes over the data, at least 1.")
    private int epochs = 3;

    @Config(description = "Number of examples in a batch, at least 1.")
    private int batchSize = 32;

    @Config(
            description = "Maximum number of examples that one thread computes at a time. A batch is divided into "
                    + "micro-batches, whose gradients are added in a fixed order. 0 for the device's own "
                    + "number: 16 on a CPU, the whole batch on a GPU.")
    private int microBatch = 0;

    @Config(description = "Number of batches whose gradients are accumulated for one step, at least 1.")
    private int accumulation = 1;

    @Config(description = "Learning rate of the method's tensors; 0 for the method's own default.")
    private double learningRate = 0.0;

    @Config(description = "Learning rate of the head's tensors, above 0.")
    private double headLearningRate = 3e-3;

    @Config(description = "Learning rate schedule after the warm-up.")
    private LearningRateDecay decay = LearningRateDecay.LINEAR;

    @Config(description = "Fraction of the steps in which the learning rates rise from 0, [0, 1).")
    private double warmup = 0.06;

    @Config(description = "AdamW's weight decay, at least 0.")
    private double weightDecay = 0.01;

    @Config(description = "Maximum norm of all gradients together; 0 for no clipping.")
    private double clipNorm = 1.0;

    @Config(description = "Epochs without a better development metric after which training stops; 0 to run them all.")
    private int patience = 0;

    @Config(
            description =
                    "Keep the training state in the model, for runs that resume: three more values for each parameter.")
    private boolean keepState = false;

    @Config(
            description =
                    "Memory in MB for states of the texts that do not depend on the method, which are then computed once "
                            + "instead of in each epoch; 0 to keep none.")
    private int frozenStates = 512;

    /** Creates the defaults: three epochs of batches of 32, the default learning rate of each method, linear decay. */
    public TrainingOptions() {}

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void postConfig() {
        require(epochs >= 1, "epochs", "at least 1", epochs);
        require(batchSize >= 1, "batchSize", "at least 1", batchSize);
        require(microBatch >= 0, "microBatch", "at least 0", microBatch);
        require(accumulation >= 1, "accumulation", "at least 1", accumulation);
        require(learningRate >= 0.0 && learningRate <= 1e30, "learningRate", "at least 0", learningRate);
        require(headLearningRate > 0.0 && headLearningRate <= 1e30, "headLearningRate", "above 0", headLearningRate);
        require(warmup >= 0.0 && warmup < 1.0, "warmup", "in [0, 1)", warmup);
        require(weightDecay >= 0.0 && Double.isFinite(weightDecay), "weightDecay", "at least 0", weightDecay);
        require(clipNorm >= 0.0, "clipNorm", "at least 0", clipNorm);
        require(patience >= 0, "patience", "at least 0", patience);
        require(frozenStates >= 0, "frozenStates", "at least 0", frozenStates);
    }

    private static void require(boolean holds, String field, String range, Object found) {
        if (!holds) {
            throw new PropertyException("", field, field + " must be " + range + ", but is " + found);
        }
    }

    /** Returns the number of epochs. */
    public int epochs() {
        return epochs;
    }

    /** Returns the number of examples in a batch. */
    public int batchSize() {
        return batchSize;
    }

    /**
     * Returns the maximum number of examples of a micro-batch.
     *
     * @param device the device of the training; a GPU has one worker, which would compute the parts in turn
     */
    int microBatch(Device device) {
        if (microBatch > 0) {
            return microBatch;
        }
        return device.isGpu() ? batchSize : CPU_MICRO_BATCH;
    }

    int accumulation() {
        return accumulation;
    }

    /**
     * Returns the learning rate of the method's tensors.
     *
     * @param methodDefault the rate if these options set none
     */
    public double learningRate(double methodDefault) {
        return learningRate == 0.0 ? methodDefault : learningRate;
    }

    public double headLearningRate() {
        return headLearningRate;
    }

    double weightDecay() {
        return weightDecay;
    }

    double clipNorm() {
        return clipNorm;
    }

    int patience() {
        return patience;
    }

    /** Returns whether models keep their training state. */
    public boolean keepState() {
        return keepState;
    }

    /** Returns the memory in bytes for states of the texts that do not depend on the method. */
    long frozenStateBytes() {
        return frozenStates * 1_000_000L;
    }

    /** Returns the number of optimizer steps in an epoch of {@code examples} examples. */
    public long stepsPerEpoch(int examples) {
        long batches = ((long) examples + batchSize - 1) / batchSize;
        return (batches + accumulation - 1) / accumulation;
    }

    /**
     * Returns the factor of the learning rates at a step. It rises during the warm-up and decays afterwards.
     *
     * @param step number of the step, from 0
     * @param steps number of steps in all epochs
     */
    double learningRateMultiplier(long step, long steps) {
        double warmupSteps = Math.ceil(warmup * steps);
        if (step < warmupSteps) {
            return (step + 1) / warmupSteps;
        }
        return decay.factor((step - warmupSteps) / Math.max(1, steps - warmupSteps));
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "TrainingOptions");
    }

    @Override
    public String toString() {
        return "TrainingOptions(epochs=" + epochs + ",batchSize=" + batchSize + ",microBatch=" + microBatch
                + ",accumulation=" + accumulation
                + ",learningRate=" + learningRate + ",headLearningRate=" + headLearningRate + ",decay=" + decay
                + ",warmup=" + warmup + ",weightDecay=" + weightDecay + ",clipNorm=" + clipNorm + ",patience="
                + patience + ",keepState=" + keepState + ",frozenStates=" + frozenStates + ")";
    }

    /** Builder of options. */
    public static final class Builder {
        private final List<Consumer<TrainingOptions>> changes = new ArrayList<>();

        private Builder() {}

        /** Sets the number of passes over the data, at least 1. */
        public Builder epochs(int count) {
            changes.add(options -> options.epochs = count);
            return this;
        }

        /** Sets the number of examples in a batch, at least 1. */
        public Builder batchSize(int count) {
            changes.add(options -> options.batchSize = count);
            return this;
        }

        /**
         * Sets the maximum number of examples that one thread computes at a time. A batch is divided into
         * micro-batches; with fewer of them than {@link io.github.tribuopeft.engine.TorchRuntime#workers workers}, some
         * workers are idle. The last bits of the results depend on this number. The default, 0, stands for 16 on a CPU
         * and for the whole batch on a GPU.
         */
        public Builder microBatch(int count) {
            changes.add(options -> options.microBatch = count);
            return this;
        }

        /** Sets the number of batches whose gradients are accumulated for one step, at least 1. */
        public Builder accumulation(int count) {
            changes.add(options -> options.accumulation = count);
            return this;
        }

        /**
         * Sets the learning rate of the method's tensors, above 0.
         *
         * @throws PropertyException if the rate is not above 0
         */
        public Builder learningRate(double rate) {
            require(rate > 0.0, "learningRate", "above 0", rate);
            changes.add(options -> options.learningRate = rate);
            return this;
        }

        /** Sets the learning rate of the head's tensors, above 0. */
        public Builder headLearningRate(double rate) {
            changes.add(options -> options.headLearningRate = rate);
            return this;
        }

        /** Sets the learning rate schedule after the warm-up. */
        public Builder decay(LearningRateDecay shape) {
            changes.add(options -> options.decay = shape);
            return this;
        }

        /** Sets the fraction of the steps in which the learning rates rise from 0, [0, 1). */
        public Builder warmup(double share) {
            changes.add(options -> options.warmup = share);
            return this;
        }

        /** Sets AdamW's weight decay, at least 0. */
        public Builder weightDecay(double decay) {
            changes.add(options -> options.weightDecay = decay);
            return this;
        }

        /** Sets the maximum norm of all gradients together, 0 for no clipping. */
        public Builder clipNorm(double norm) {
            changes.add(options -> options.clipNorm = norm);
            return this;
        }

        /**
         * Sets the number of epochs without a better development metric after which training stops, 0 to run them all.
         */
        public Builder patience(int epochsWithout) {
            changes.add(options -> options.patience = epochsWithout);
            return this;
        }

        /**
         * Keeps the training state in the model, so that another run can resume from it: three more values for each
         * parameter.
         */
        public Builder keepState() {
            changes.add(options -> options.keepState = true);
            return this;
        }

        /**
         * Sets the memory in MB for states of the texts that do not depend on the method, 0 for none. If they fit, they
         * are computed once instead of in each epoch: the rows that the head reads if only a head is trained, otherwise
         * the inputs of {@linkplain io.github.tribuopeft.method.PeftMethod#firstLayer the first layer} that the method
         * changes. The default is 512.
         */
        public Builder frozenStates(int megabytes) {
            changes.add(options -> options.frozenStates = megabytes);
            return this;
        }

        /**
         * Creates the options.
         *
         * @throws PropertyException if a setting is out of range
         */
        public TrainingOptions build() {
            TrainingOptions options = new TrainingOptions();
            changes.forEach(change -> change.accept(options));
            options.postConfig();
            return options;
        }
    }
}
