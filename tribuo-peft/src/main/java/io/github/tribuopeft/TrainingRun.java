package io.github.tribuopeft;

import java.util.SplittableRandom;
import org.tribuo.provenance.TrainerProvenance;

/**
 * One invocation of a trainer.
 *
 * @param random its random numbers
 * @param provenance provenance of the trainer before the invocation
 */
record TrainingRun(SplittableRandom random, TrainerProvenance provenance) {}
