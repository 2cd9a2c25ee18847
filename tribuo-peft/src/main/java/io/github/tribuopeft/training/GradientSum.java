package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Sum of the gradients and of the losses of a step. Parts may arrive in any order, but are added in the order of their
 * numbers, because the last bits of a sum depend on the order of its additions.
 */
final class GradientSum {

    private final NDManager scope;
    private final NDList[] waiting;
    private final double[] losses;
    private NDList sum;
    private int added;

    /**
     * Creates a sum without parts.
     *
     * @param scope the owner of the gradients
     * @param parts the number of parts
     */
    GradientSum(NDManager scope, int parts) {
        this.scope = scope;
        this.waiting = new NDList[parts];
        this.losses = new double[parts];
    }

    /**
     * Adds a part. Any thread may call this.
     *
     * @param part number of the part, from 0
     * @param loss contribution of the part to the mean loss
     * @param gradients gradients of this loss; the sum becomes their owner
     */
    synchronized void add(int part, double loss, NDList gradients) {
        gradients.attach(scope);
        losses[part] = loss;
        waiting[part] = gradients;
        while (added < waiting.length && waiting[added] != null) {
            addNext();
        }
    }

    private void addNext() {
        NDList next = waiting[added];
        waiting[added++] = null;
        if (sum == null) {
            sum = next;
            return;
        }
        for (int i = 0; i < next.size(); i++) {
            try (NDArray gradient = next.get(i)) {
                sum.get(i).addi(gradient);
            }
        }
    }

    /** Returns the mean loss of the step. All parts must have been added. */
    synchronized double loss() {
        double total = 0;
        for (double loss : losses) {
            total += loss;
        }
        return total;
    }

    /** Returns the gradients of the mean loss, in the order of the tensors. All parts must have been added. */
    synchronized NDList gradients() {
        if (added < waiting.length) {
            throw new IllegalStateException("Only " + added + " of " + waiting.length + " parts have been added");
        }
        return sum;
    }
}
