package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.TrainingFacts;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingListener;
import java.util.Optional;
import org.tribuo.provenance.ModelProvenance;

/**
 * Listener that stops a run after the same step as the recorded run.
 *
 * <p>If the last step ends an epoch, the recorded run was stopped either before or after the evaluation of this epoch
 * on the development data. If the recorded model is that of this epoch, the epoch was evaluated, and this listener
 * stops after the evaluation. Otherwise the evaluation does not affect the model, and this listener stops before it.
 */
final class RecordedStop implements TrainingListener {

    private final long steps;
    private final int bestEpoch;
    private TrainingControl control;
    private long stepsPerEpoch;

    private RecordedStop(long steps, int bestEpoch) {
        this.steps = steps;
        this.bestEpoch = bestEpoch;
    }

    /** Returns the listener for a recorded run, or empty if the run was not stopped. */
    static Optional<TrainingListener> of(ModelProvenance provenance) {
        if (!(TrainingFacts.instanceValues(provenance).get(PeftTrainer.STOPPED)
                instanceof PrimitiveProvenance<?> stopped)) {
            return Optional.empty();
        }
        PrimitiveProvenance<?> best = TrainingFacts.in(provenance).get(TrainingFacts.BEST_EPOCH);
        return Optional.of(new RecordedStop(
                ((Number) stopped.getValue()).longValue(), best == null ? 0 : ((Number) best.getValue()).intValue()));
    }

    @Override
    public void onStart(TrainingStart start, TrainingControl runControl) {
        control = runControl;
        stepsPerEpoch = start.stepsPerEpoch();
    }

    @Override
    public void onStep(TrainingStep step) {
        boolean evaluated = steps == bestEpoch * stepsPerEpoch;
        if (step.step() == steps && !evaluated) {
            control.stop();
        }
    }

    @Override
    public void onEpoch(TrainingEpoch epoch) {
        if (epoch.epoch() * stepsPerEpoch == steps) {
            control.stop();
        }
    }
}
