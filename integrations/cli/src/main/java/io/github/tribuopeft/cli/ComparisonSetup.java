package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Benchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import java.util.List;

/**
 * Input of a comparison.
 *
 * @param benchmark the data and how predictions are scored
 * @param candidates the methods with their settings
 * @param <D> the type of dataset
 * @param <B> the type of Tribuo model
 */
record ComparisonSetup<D, B>(Benchmark<D, B> benchmark, List<TrainableCandidate<D, B>> candidates) {}
