package io.github.tribuopeft.huggingface;

/**
 * Where a weight of a program lies in a checkpoint.
 *
 * @param name the tensor there, without a prefix such as {@code bert.}
 * @param part which of {@code parts} equal pieces, from 0, of the output features, for maps that a checkpoint holds fused
 * @param parts number of pieces; 1 where nothing is fused
 * @param transposed whether the checkpoint holds [in, out] instead of [out, in]
 */
record TensorLocation(String name, int part, int parts, boolean transposed) {

    /** A tensor that is as the program wants it. */
    static TensorLocation whole(String name) {
        return new TensorLocation(name, 0, 1, false);
    }
}
