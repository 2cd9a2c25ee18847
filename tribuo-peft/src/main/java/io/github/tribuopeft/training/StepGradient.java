package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.Dropout;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.WorkerPool;
import java.util.Map;

/**
 * Loss and gradients of a training step. Worker threads compute the micro-batches of the step at the same time. All
 * micro-batches share the frozen weights and the values of the trained tensors. Each one has its own leaf tensors,
 * which receive its gradients, and its own scope for temporary arrays.
 */
final class StepGradient {

    private final Backbone backbone;
    private final TrainingPlan plan;
    private final PooledStates states;

    StepGradient(Backbone backbone, TrainingPlan plan, PooledStates states) {
        this.backbone = backbone;
        this.plan = plan;
        this.states = states;
    }

    /**
     * Computes the gradients of a step.
     *
     * @param scope the owner of the gradients
     */
    GradientSum compute(NDManager scope, StepBatch step, TrainableTensors tensors) {
        GradientSum sum = new GradientSum(scope, step.parts().size());
        int rows = step.rows();
        WorkerPool.run(
                backbone.device(),
                step.parts().size(),
                part -> backward(part, step.parts().get(part), rows, tensors, sum));
        return sum;
    }

    /** Adds the gradients of a micro-batch and its contribution to the mean loss of {@code rows} rows. */
    private void backward(int part, MicroBatch items, int rows, TrainableTensors tensors, GradientSum sum) {
        TorchRuntime.withGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                TrainableTensors leaves = tensors.leaves(scope);
                TokenBatch batch = items.tokens();
                Dropout dropout = items.dropout();
                Map<String, NDArray> adapter =
                        plan.method().materialize(leaves.adapter(), backbone.dimensions(), dropout);
                NDArray pooled =
                        states.compute(scope, batch, adapter, plan.method().virtualTokens()); // [R, H]
                NDArray logits = plan.head()
                        .layer()
                        .logits(pooled, hidden -> backbone.lmLogits(hidden, adapter), leaves.head(), dropout); // [R, C]
                NDArray losses = plan.head().objective().loss(logits, items.targets(scope)); // [R]
                NDArray loss = losses.mul(items.lossWeights(scope, rows)).sum();
                Autograd.backward(loss);
                sum.add(part, loss.getFloat(), leaves.gradients());
                return null;
            }
        });
    }
}
