package io.github.tribuopeft.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Numbers of examples of the parts of a split.
 *
 * @param sizes number of examples of each part; positive
 */
record PartSizes(List<Integer> sizes) {

    /**
     * Returns the sizes of a training part and a test part, at least 1 each.
     *
     * @throws IllegalArgumentException if the share is not in (0, 1) or there are fewer than two examples
     */
    static PartSizes ofShare(int examples, double trainShare) {
        if (!(trainShare > 0 && trainShare < 1)) {
            throw new IllegalArgumentException("The training share must be in (0, 1), but is " + trainShare);
        }
        if (examples < 2) {
            throw new IllegalArgumentException(
                    "A split needs at least 2 examples, but the dataset contains " + examples);
        }
        int train = Math.min(examples - 1, Math.max(1, (int) Math.round(trainShare * examples)));
        return new PartSizes(List.of(train, examples - train));
    }

    /**
     * Returns the sizes of folds, which differ by at most 1.
     *
     * @throws IllegalArgumentException if there are fewer than two folds, or fewer examples than folds
     */
    static PartSizes ofFolds(int examples, int folds) {
        if (folds < 2 || folds > examples) {
            throw new IllegalArgumentException("The number of folds must be in [2, " + examples
                    + "], from two to the number of examples, but is " + folds);
        }
        return new PartSizes(IntStream.range(0, folds)
                .mapToObj(fold -> examples / folds + (fold < examples % folds ? 1 : 0))
                .toList());
    }

    /**
     * Returns the sizes of a sample and of the remaining examples.
     *
     * @throws IllegalArgumentException if the sample is empty or contains all examples
     */
    static PartSizes ofSample(int examples, int size) {
        if (size < 1 || size >= examples) {
            throw new IllegalArgumentException("The size of a sample must be in [1, " + examples + "), but is " + size);
        }
        return new PartSizes(List.of(size, examples - size));
    }

    int count() {
        return sizes.size();
    }

    int of(int part) {
        return sizes.get(part);
    }

    int total() {
        return sizes.stream().mapToInt(Integer::intValue).sum();
    }

    int[] toArray() {
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Divides a number of occurrences among the parts in proportion to their sizes. */
    double[] share(int occurrences) {
        int total = total();
        return Arrays.stream(toArray())
                .mapToDouble(size -> (double) occurrences * size / total)
                .toArray();
    }
}
