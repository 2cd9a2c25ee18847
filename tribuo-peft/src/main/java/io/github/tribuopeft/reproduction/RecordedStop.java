package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.TrainingFacts;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingListener;
import java.util.Optional;
import org.tribuo.provenance.ModelProvenance;

/**
 * Listener that stops a run after the same step as the recorded one. At the end of an epoch, the run may have been
 * stopped before or after that epoch was measured on the development set: if the epoch was kept, it was measured. If it
 * was not, an earlier epoch was kept, and the model is the same in both cases.
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

    /** Returns the stop of a run; empty if it was complete. */
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
    public void onStart(TrainingStart start, TrainingControl ofRun) {
        control = ofRun;
        stepsPerEpoch = start.stepsPerEpoch();
    }

    @Override
    public void onStep(TrainingStep step) {
        boolean measured = steps == bestEpoch * stepsPerEpoch;
        if (step.step() == steps && !measured) {
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
