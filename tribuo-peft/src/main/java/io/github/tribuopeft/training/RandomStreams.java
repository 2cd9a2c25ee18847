package io.github.tribuopeft.training;

import java.util.SplittableRandom;

/**
 * Random numbers of a training run, derived from a seed and a position in the run. So any thread can draw those of any
 * step, without drawing those of earlier steps.
 *
 * @param seed the seed of the run
 */
record RandomStreams(long seed) {

    private static final long ORDER = 1;
    private static final long DROPOUT = 2;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /** Returns the random generator for the order of the examples in an epoch; {@code epoch} counts from 0. */
    SplittableRandom order(int epoch) {
        return new SplittableRandom(derive(ORDER, epoch));
    }

    /**
     * Returns the seed of the dropout masks of a micro-batch.
     *
     * @param epoch number of the epoch, from 0
     * @param step number of the step within the epoch, from 0
     * @param part number of the micro-batch within the step, from 0
     */
    long dropoutSeed(int epoch, int step, int part) {
        return derive(DROPOUT, epoch, step, part);
    }

    private long derive(long... path) {
        long derived = seed;
        for (long element : path) {
            derived = mix(derived + GOLDEN_GAMMA * (element + 1));
        }
        return derived;
    }

    /** The finalizer of MurmurHash3 with the constants of SplittableRandom (Stafford's variant 13). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
