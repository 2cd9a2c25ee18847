package io.github.tribuopeft.evaluation;

import org.tribuo.Output;
import org.tribuo.sequence.SequenceDataset;

/**
 * Sequences to learn from, and others to test on.
 *
 * @param train never empty
 * @param test never empty
 * @param <T> the output type
 */
public record SequenceSplit<T extends Output<T>>(SequenceDataset<T> train, SequenceDataset<T> test) {}
