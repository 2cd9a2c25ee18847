package io.github.tribuopeft.training;

import java.util.List;

/**
 * Listeners that receive the same events.
 *
 * @param listeners the listeners in the order of their calls
 */
record ListenerSequence(List<TrainingListener> listeners) implements TrainingListener {

    @Override
    public void onStart(TrainingStart start, TrainingControl control) {
        listeners.forEach(listener -> listener.onStart(start, control));
    }

    @Override
    public void onStep(TrainingStep step) {
        listeners.forEach(listener -> listener.onStep(step));
    }

    @Override
    public void onEpoch(TrainingEpoch epoch) {
        listeners.forEach(listener -> listener.onEpoch(epoch));
    }

    @Override
    public void onEnd(TrainingHistory history) {
        listeners.forEach(listener -> listener.onEnd(history));
    }
}
