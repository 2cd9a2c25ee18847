package io.github.tribuopeft.training;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.ProgramSource;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * AdamW optimizer (Loshchilov and Hutter 2019, <a href="https://arxiv.org/abs/1711.05101">arXiv 1711.05101</a>) with
 * the arithmetic of torch and one engine call for all tensors. DJL's AdamW adds epsilon at another place and clips
 * gradients on one side only.
 */
final class AdamW implements AutoCloseable {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final TorchScriptModule program;
    private final TrainableTensors tensors;
    private final NDList expAvg;
    private final NDList expAvgSq;
    private final TrainingOptions options;
    private final double[] multipliers;
    private long step;

    /**
     * Creates an optimizer.
     *
     * @param manager the owner of the optimizer's arrays
     * @param tensors the trained tensors, which each step updates
     * @param initial the averages and the number of steps before the run
     * @param plan the hyperparameters and the method
     */
    AdamW(NDManager manager, TrainableTensors tensors, TrainingState initial, TrainingPlan plan) {
        this.program = TorchScriptModule.load(manager, ProgramSource.of(AdamW.class, "adamw"), Map.of());
        this.tensors = tensors;
        this.options = plan.options();
        this.multipliers = tensors.adapter().keySet().stream()
                .mapToDouble(plan.method()::learningRateMultiplier)
                .toArray();
        this.expAvg = tensors.upload(manager, initial.expAvg());
        this.expAvgSq = tensors.upload(manager, initial.expAvgSq());
        this.step = initial.steps();
    }

    /** Returns the state after the last step and after {@code epochs} epochs. */
    TrainingState state(int epochs) {
        return new TrainingState(tensors.values(), tensors.values(expAvg), tensors.values(expAvgSq), epochs, step);
    }

    /**
     * Takes an optimizer step.
     *
     * @param scope the owner of temporary arrays
     * @param gradients the gradients in the order of the tensors; overwritten by the step
     * @param rates the learning rates of the step
     * @return the norm of the gradients before clipping; if it is not finite, no tensor has changed
     */
    double step(NDManager scope, NDList gradients, TrainingPlan.Rates rates) {
        step++;
        double[] fixed = {step, BETA1, BETA2, EPSILON, options.weightDecay(), options.clipNorm()};
        double[] settings = Arrays.copyOf(fixed, fixed.length + tensors.arrays().size());
        Arrays.fill(settings, fixed.length + multipliers.length, settings.length, rates.head());
        for (int i = 0; i < multipliers.length; i++) {
            settings[fixed.length + i] = rates.method() * multipliers[i];
        }
        return TorchRuntime.withoutGradients(() -> (double) program.callWithLists(
                        "step", scope.create(settings), List.of(tensors.arrays(), gradients, expAvg, expAvgSq))
                .getFloat());
    }

    @Override
    public void close() {
        program.close();
    }
}
