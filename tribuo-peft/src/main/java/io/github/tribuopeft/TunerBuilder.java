package io.github.tribuopeft;

import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.Objects;
import org.tribuo.Trainer;

/**
 * Settings that trainers of every task have.
 *
 * @param <B> the builder's own type
 */
public abstract class TunerBuilder<B extends TunerBuilder<B>> {

    BackboneSource backbone;
    PeftMethod method;
    TrainingOptions options = new TrainingOptions();
    String device = "auto";
    Precision precision = Precision.FP32;
    int maxLength = 0;
    double developmentFraction = 0.0;
    long seed = Trainer.DEFAULT_SEED;
    TrainingListener listener = new TrainingListener() {};

    TunerBuilder() {}

    abstract B self();

    /** The frozen backbone. Required. */
    public B backbone(BackboneSource source) {
        this.backbone = source;
        return self();
    }

    /** How the backbone is adapted. Required. */
    public B method(PeftMethod how) {
        this.method = how;
        return self();
    }

    /** How long, how fast and in which portions to train. */
    public B options(TrainingOptions trainingOptions) {
        this.options = Objects.requireNonNull(trainingOptions, "options");
        return self();
    }

    /** Where to run: {@code auto} (the default), {@code cpu} or {@code cuda:N}. */
    public B device(String name) {
        this.device = Objects.requireNonNull(name, "device");
        return self();
    }

    /** What the backbone computes in. */
    public B precision(Precision format) {
        this.precision = Objects.requireNonNull(format, "precision");
        return self();
    }

    /** Number of tokens that a text is cut to, special tokens included; 0 (the default) for all that the backbone takes. */
    public B maxLength(int tokens) {
        this.maxLength = tokens;
        return self();
    }

    /** Share of the training examples held out to choose the best epoch where no development set is given; 0 by default. */
    public B developmentFraction(double share) {
        this.developmentFraction = share;
        return self();
    }

    /** The seed of everything random. */
    public B seed(long value) {
        this.seed = value;
        return self();
    }

    /** Who hears how trainings go. */
    public B listener(TrainingListener who) {
        this.listener = Objects.requireNonNull(who, "listener");
        return self();
    }
}
