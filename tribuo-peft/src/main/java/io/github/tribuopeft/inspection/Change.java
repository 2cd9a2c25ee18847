package io.github.tribuopeft.inspection;

/** Change of virtual tokens whose effect on a metric is measured. */
public enum Change {
    /** The virtual tokens are not in the adapter. */
    REMOVED,
    /** All values are 0; keys of a prefix still receive attention. */
    ZERO,
    /** All values are halved. */
    HALF,
    /** All values are doubled. */
    DOUBLE,
    /** Each vector is replaced by Gaussian noise of the same norm. */
    NOISE
}
