package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Builder of the settings that all trainers have.
 *
 * @param <B> the type of the builder
 */
public abstract class PeftTrainerBuilder<B extends PeftTrainerBuilder<B>> {

    private final List<Consumer<AbstractPeftTrainer>> changes = new ArrayList<>();

    PeftTrainerBuilder() {}

    /** Applies the settings to a trainer that has the defaults. */
    void applyTo(AbstractPeftTrainer trainer) {
        changes.forEach(change -> change.accept(trainer));
    }

    abstract B self();

    /** Sets the frozen backbone. Required. */
    public B backbone(BackboneSource source) {
        changes.add(trainer -> trainer.backbone = source);
        return self();
    }

    /** Sets the method that adapts the backbone. Required. */
    public B method(PeftMethod peftMethod) {
        changes.add(trainer -> trainer.method = peftMethod);
        return self();
    }

    /** Sets the training hyperparameters. */
    public B options(TrainingOptions trainingOptions) {
        Objects.requireNonNull(trainingOptions, "options");
        changes.add(trainer -> trainer.options = trainingOptions);
        return self();
    }

    /** Sets the device: {@code auto} (the default), {@code cpu} or {@code cuda:N}. */
    public B device(String name) {
        Objects.requireNonNull(name, "device");
        changes.add(trainer -> trainer.device = name);
        return self();
    }

    /** Sets the number format of the backbone's weights and states. */
    public B precision(Precision format) {
        Objects.requireNonNull(format, "precision");
        changes.add(trainer -> trainer.precision = format);
        return self();
    }

    /**
     * Sets the maximum number of tokens in a text, including special tokens; 0 (the default) for the maximum of the
     * backbone.
     */
    public B maxLength(int tokens) {
        changes.add(trainer -> trainer.maxLength = tokens);
        return self();
    }

    /**
     * Sets the fraction of the training examples, [0, 1), that is held out to choose the best epoch if no development
     * set is given; 0.1 by default. With 0, training uses all examples and keeps the last epoch. The split is stratified.
     * A label with a single example stays in the training part, and a warning names it.
     */
    public B developmentFraction(double fraction) {
        changes.add(trainer -> trainer.developmentFraction = fraction);
        return self();
    }

    /** Sets the seed of initial values, order and dropout. */
    public B seed(long value) {
        changes.add(trainer -> trainer.seed = value);
        return self();
    }

    /**
     * Sets the checkpoint from which training resumes, including the state of AdamW if the model has a
     * {@linkplain io.github.tribuopeft.training.TrainingOptions.Builder#keepState training state}. The backbone, the
     * method, the pooling and the head must have the settings of the checkpoint, except for learning rates and dropout.
     * The learning rate schedule starts again. With the same seed, the same examples are held out, and the order of
     * batches continues.
     */
    public B resumeFrom(InitialCheckpoint from) {
        changes.add(trainer -> trainer.start = from);
        return self();
    }

    /**
     * Sets where and how often the state of the run is written, so that it can be resumed after its process ended. This
     * does not change the model and is not part of the provenance.
     */
    public B checkpoints(CheckpointPolicy policy) {
        Objects.requireNonNull(policy, "checkpoints");
        changes.add(trainer -> trainer.setCheckpoints(policy));
        return self();
    }

    /** Sets the listener of training events. */
    public B listener(TrainingListener trainingListener) {
        Objects.requireNonNull(trainingListener, "listener");
        changes.add(trainer -> trainer.setListener(trainingListener));
        return self();
    }
}
