package io.github.tribuopeft.evaluation;

import org.tribuo.Dataset;
import org.tribuo.Output;

/**
 * Examples to learn from, and others to test on.
 *
 * @param train never empty
 * @param test never empty
 * @param <T> the output type
 */
public record DatasetSplit<T extends Output<T>>(Dataset<T> train, Dataset<T> test) {}
