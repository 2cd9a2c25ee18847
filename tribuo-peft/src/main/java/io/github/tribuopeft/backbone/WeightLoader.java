package io.github.tribuopeft.backbone;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Copies the weights of a checkpoint into a program, one by one, and checks their names, shapes and values. */
final class WeightLoader {

    private final String name;
    private final Architecture architecture;
    private final TorchScriptModule program;
    private final NDManager manager;
    private final Precision precision;
    private final Map<String, Shape> missing;

    WeightLoader(
            String name, Architecture architecture, TorchScriptModule program, NDManager manager, Precision precision) {
        this.name = name;
        this.architecture = architecture;
        this.program = program;
        this.manager = manager;
        this.precision = precision;
        this.missing = new TreeMap<>(architecture.weights());
        missing.putAll(architecture.lmHead());
    }

    /**
     * Loads all weights.
     *
     * @return whether the checkpoint has all weights of the language-model head
     * @throws BackboneException if a weight of the architecture is missing, or has a wrong shape, NaN or infinity
     */
    boolean load(Checkpoint checkpoint) {
        TorchRuntime.withoutGradients(() -> {
            checkpoint.read(manager, this::copy);
            return null;
        });
        boolean lmHead = architecture.causal();
        for (Map.Entry<String, Shape> weight : missing.entrySet()) {
            if (!architecture.lmHead().containsKey(weight.getKey())) {
                throw new BackboneException("Backbone " + name + " has no weight '" + weight.getKey() + "' "
                        + weight.getValue() + ", which its architecture needs");
            }
            lmHead = false;
        }
        return lmHead;
    }

    private void copy(String weight, NDArray values, FloatFormat format) {
        if (Thread.currentThread().isInterrupted()) {
            values.close();
            throw new BackboneException("Backbone " + name + ": reading was interrupted");
        }
        try (values;
                NDManager scope = manager.newSubManager()) {
            Shape expected = missing.remove(weight);
            if (!values.getShape().equals(expected)) {
                throw new BackboneException("Backbone " + name + ": weight '" + weight + "' has shape "
                        + values.getShape() + ", but its configuration makes it " + expected);
            }
            NDArray formats = scope.create(new long[] {
                format.transportType().torchCode(),
                format.torchCode(),
                precision.format().torchCode()
            });
            NDArray check = program.call("load", List.of(formats), Map.of(weight, values));
            if (!Float.isFinite(check.getFloat())) {
                throw new BackboneException("Backbone " + name + ": weight '" + weight + "' " + expected
                        + " contains NaN or infinity in " + precision.format() + "; expected finite numbers");
            }
        } catch (EngineException e) {
            throw new BackboneException(
                    "Backbone " + name + ": weight '" + weight + "' cannot be copied into memory; all weights take "
                            + architecture.parameters() * precision.format().bytes() + " bytes, and "
                            + (BackbonePool.size() - 1) + " other backbones are open: "
                            + TorchScriptModule.reason(e),
                    e);
        }
    }
}
