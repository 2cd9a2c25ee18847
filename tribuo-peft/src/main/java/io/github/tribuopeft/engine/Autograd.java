package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/** Automatic differentiation by libtorch. Record the operations with {@link TorchRuntime#withGradients}. */
public final class Autograd {

    private Autograd() {}

    /**
     * Adds the gradients of a loss to those of the arrays that require gradients.
     *
     * @param loss the loss, whose elements all have the weight 1
     */
    public static void backward(NDArray loss) {
        PtNDArray ones = (PtNDArray) loss.getManager().ones(loss.getShape());
        JniUtils.backward((PtNDArray) loss, ones, false, false);
    }

    /**
     * Returns an array with the same memory as {@code array} that requires gradients. Threads that differentiate with
     * respect to the same values at the same time need one leaf each, because a leaf holds one gradient.
     *
     * @param scope the owner of the result
     */
    public static NDArray leaf(NDManager scope, NDArray array) {
        NDArray leaf = array.stopGradient();
        leaf.attach(scope);
        leaf.setRequiresGradient(true);
        return leaf;
    }

    /**
     * Multiplies an array by a number. DJL's {@code mul(Number)} makes an array of the number over a Java buffer and
     * releases it before the backward pass reads it, so gradients were computed from memory that may hold other
     * values. Here the manager of {@code array} owns the number, until its scope ends.
     *
     * @return an array of the same shape; the manager of {@code array} owns it
     */
    public static NDArray scale(NDArray array, double factor) {
        return array.mul(array.getManager().create((float) factor));
    }

    /** Returns the gradient of an array that requires one; the array's manager owns the result. */
    public static NDArray gradient(NDArray array) {
        return JniUtils.getGradient((PtNDArray) array);
    }
}
