package io.github.tribuopeft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.github.tribuopeft.engine.Program;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.List;
import java.util.Map;

/**
 * AdamW with torch's formula (Loshchilov and Hutter 2019, <a href="https://arxiv.org/abs/1711.05101">arXiv 1711.05101</a>), one engine
 * call for all tensors. DJL's own differs in where it adds epsilon and clips gradients on one side only.
 */
final class AdamW implements AutoCloseable {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Program program;
    private final TrainableTensors tensors;
    private final NDList first = new NDList();
    private final NDList second = new NDList();
    private final TrainingOptions options;
    private long step;

    AdamW(NDManager manager, TrainableTensors tensors, TrainingOptions options) {
        this.program = Program.load(manager, Program.source(AdamW.class, "adamw.py"), Map.of());
        this.tensors = tensors;
        this.options = options;
        for (NDArray tensor : tensors.arrays()) {
            first.add(manager.zeros(tensor.getShape()));
            second.add(manager.zeros(tensor.getShape()));
        }
    }

    /**
     * Takes a step along the gradients that have gathered, and clears them. The tensors must be attached to {@code scope}.
     *
     * @return the gradients' norm before clipping; if it is not finite, no tensor has changed
     */
    double step(NDManager scope, double adapterRate, double headRate) {
        step++;
        double[] settings = {
            step,
            BETA1,
            BETA2,
            EPSILON,
            options.weightDecay(),
            options.clipNorm(),
            adapterRate,
            headRate,
            tensors.adapterCount()
        };
        return TorchRuntime.withoutGradients(() -> {
            NDList gradients = new NDList();
            for (NDArray tensor : tensors.arrays()) {
                gradients.add(JniUtils.getGradient((PtNDArray) tensor));
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
