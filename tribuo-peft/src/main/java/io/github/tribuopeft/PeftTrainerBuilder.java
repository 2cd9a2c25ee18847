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
 * Settings that trainers of every task have.
 *
 * @param <B> the builder's own type
 */
public abstract class PeftTrainerBuilder<B extends PeftTrainerBuilder<B>> {

    private final List<Consumer<AbstractPeftTrainer>> changes = new ArrayList<>();

    PeftTrainerBuilder() {}

    /** Makes the settings of a tuner that has its defaults. */
    void applyTo(AbstractPeftTrainer tuner) {
        changes.forEach(change -> change.accept(tuner));
    }

    abstract B self();

    /** The frozen backbone. Required. */
    public B backbone(BackboneSource source) {
        changes.add(tuner -> tuner.backbone = source);
        return self();
    }

    /** How the backbone is adapted. Required. */
    public B method(PeftMethod how) {
        changes.add(tuner -> tuner.method = how);
        return self();
    }

    /** How long, how fast and in which portions to train. */
    public B options(TrainingOptions trainingOptions) {
        Objects.requireNonNull(trainingOptions, "options");
        changes.add(tuner -> tuner.options = trainingOptions);
        return self();
    }

    /** Where to run: {@code auto} (the default), {@code cpu} or {@code cuda:N}. */
    public B device(String name) {
        Objects.requireNonNull(name, "device");
        changes.add(tuner -> tuner.device = name);
        return self();
    }

    /** What the backbone computes in. */
    public B precision(Precision format) {
        Objects.requireNonNull(format, "precision");
        changes.add(tuner -> tuner.precision = format);
        return self();
    }

    /** Number of tokens that a text is cut to, special tokens included; 0 (the default) for all that the backbone takes. */
    public B maxLength(int tokens) {
        changes.add(tuner -> tuner.maxLength = tokens);
        return self();
    }

    /** Share of the training examples held out to choose the best epoch where no development set is given; 0 by default. */
    public B developmentFraction(double share) {
        changes.add(tuner -> tuner.developmentFraction = share);
        return self();
    }

    /** The seed of everything random. */
    public B seed(long value) {
        changes.add(tuner -> tuner.seed = value);
        return self();
    }

    /**
     * The model that training goes on from, with AdamW's memory where the model kept its {@linkplain
     * io.github.tribuopeft.training.TrainingOptions.Builder#keepState state}. The backbone, the settings of the method but for rates and dropout, the
     * readout and the head must be those that the model was trained with; the schedule of rates begins anew. With the same seed, the same examples are
     * held out, and the order of batches goes on where it stopped.
     */
    public B resumeFrom(InitialCheckpoint from) {
        changes.add(tuner -> tuner.start = from);
        return self();
    }

    /** Who hears how trainings go. */
    public B listener(TrainingListener who) {
        Objects.requireNonNull(who, "listener");
        changes.add(tuner -> tuner.setListener(who));
        return self();
    }
}
