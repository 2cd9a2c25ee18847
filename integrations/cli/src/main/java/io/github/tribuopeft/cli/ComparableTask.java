package io.github.tribuopeft.cli;

import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;

/** Task whose methods can be compared. */
interface ComparableTask {

    /** Reads the data files and prepares the candidates. The listener receives the events of each training run. */
    ComparisonSetup<?, ?> setup(Candidates candidates, ComparisonFiles files, TrainingListener listener)
            throws IOException;
}
