package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.Autograd;
import io.github.tribuopeft.engine.ProgramSource;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * AdamW with torch's formula (Loshchilov and Hutter 2019, <a href="https://arxiv.org/abs/1711.05101">arXiv 1711.05101</a>), one engine
 * call for all tensors. DJL's own differs in where it adds epsilon and clips gradients on one side only.
 */
final class AdamW implements AutoCloseable {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final TorchScriptModule program;
    private final TrainableTensors tensors;
    private final NDList first;
    private final NDList second;
    private final TrainingOptions options;
    private final double[] factors;
    private long step;

    /**
     * An optimizer for tensors.
     *
     * @param from whose steps and gradients it remembers as its own
     * @param learningRateMultiplier how much faster than the method's rate each of its tensors learns, by name
     */
    AdamW(
            NDManager manager,
            TrainableTensors tensors,
            TrainingState from,
            TrainingOptions options,
            ToDoubleFunction<String> learningRateMultiplier) {
        this.program = TorchScriptModule.load(manager, ProgramSource.of(AdamW.class, "adamw"), Map.of());
        this.tensors = tensors;
        this.options = options;
        this.factors = tensors.adapter().keySet().stream()
                .mapToDouble(learningRateMultiplier)
                .toArray();
        this.first = tensors.beside(manager, from.first());
        this.second = tensors.beside(manager, from.second());
        this.step = from.steps();
    }

    /** The state after the last step, reached in this number of epochs. */
    TrainingState state(int epochs) {
        return new TrainingState(tensors.values(), tensors.values(first), tensors.values(second), epochs, step);
    }

    /**
     * Takes a step along the gradients that have gathered, and clears them. The tensors must be attached to {@code scope}.
     *
     * @return the gradients' norm before clipping; if it is not finite, no tensor has changed
     */
    double step(NDManager scope, double adapterRate, double headRate) {
        step++;
        double[] fixed = {step, BETA1, BETA2, EPSILON, options.weightDecay(), options.clipNorm()};
        double[] settings = Arrays.copyOf(fixed, fixed.length + tensors.arrays().size());
        Arrays.fill(settings, fixed.length + factors.length, settings.length, headRate);
        for (int i = 0; i < factors.length; i++) {
            settings[fixed.length + i] = adapterRate * factors[i];
        }
        return TorchRuntime.withoutGradients(() -> {
            NDList gradients = new NDList();
            for (NDArray tensor : tensors.arrays()) {
                gradients.add(Autograd.gradient(tensor));
            }
            return (double) program.callWithLists(
                            "step", scope.create(settings), List.of(tensors.arrays(), gradients, first, second))
                    .getFloat();
        });
    }

    @Override
    public void close() {
        program.close();
    }
}
