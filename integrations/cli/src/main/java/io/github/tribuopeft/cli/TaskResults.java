package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.card.ModelCard;
import java.util.Map;
import java.util.Optional;

/** Results of a model on a test set, in the forms that the {@code evaluate} command writes. */
interface TaskResults {

    /** Returns the number of test examples. */
    int examples();

    /** Returns the results as text for the terminal. */
    String table();

    /** Returns the task's own metrics for JSON. */
    Map<String, Object> metrics();

    /** Returns a card of the tested model with the results. */
    ModelCard addTo(ModelCard card);

    /** Returns the predictions for a report; empty if reports do not support the task. */
    default Optional<TestPredictions> predictions() {
        return Optional.empty();
    }
}
