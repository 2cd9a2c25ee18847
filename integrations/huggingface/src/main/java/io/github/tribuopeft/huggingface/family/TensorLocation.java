package io.github.tribuopeft.huggingface.family;

/**
 * Location of a program's weight in a checkpoint.
 *
 * @param name name of the tensor, without a prefix such as {@code bert.}
 * @param part index of the weight among {@code parts} equal pieces of a fused tensor's output features, in
 *     {@code [0, parts)}
 * @param parts number of pieces; 1 if the tensor is not fused
 * @param transposed whether the checkpoint contains [in, out] instead of [out, in]
 */
public record TensorLocation(String name, int part, int parts, boolean transposed) {

    /** Returns the location of a tensor that contains the weight as it is. */
    public static TensorLocation whole(String name) {
        return new TensorLocation(name, 0, 1, false);
    }
}
