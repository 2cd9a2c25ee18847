package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** TorchScript module of a user. Its parameters are frozen; gradients are propagated through it to its inputs. */
public final class TracedModule implements AutoCloseable {

    private static final String[] NO_FILES = {};

    private final NDManager manager;
    private final PtSymbolBlock module;

    private TracedModule(NDManager manager, PtSymbolBlock module) {
        this.manager = manager;
        this.module = module;
    }

    /**
     * Loads a {@code .pt} file.
     *
     * @param parent a manager on the device; it must be closed after the module
     * @throws ai.djl.engine.EngineException if the file is not a TorchScript module
     */
    public static TracedModule load(NDManager parent, Path file) {
        NDManager manager = parent.newSubManager();
        try {
            // With "false", parameters would be inference tensors, which do not propagate gradients.
            PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, file, true, NO_FILES, NO_FILES, true);
            JniUtils.enableInferenceMode(block); // eval()
            TracedModule module = new TracedModule(manager, block);
            module.freeze();
            return module;
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private void freeze() {
        try (NDList parameters = JniUtils.moduleGetParams(module, (PtNDManager) manager)) {
            parameters.forEach(parameter -> parameter.setRequiresGradient(false));
        }
    }

    /**
     * Calls the module.
     *
     * @param arguments the arguments; the manager of the first one owns the result
     * @param entry key of the result if the module returns a dictionary
     * @return the result in float32: the tensor that the module returns, the first one of a tuple or list, or the one
     *     of {@code entry}
     * @throws ai.djl.engine.EngineException if the module does not accept the arguments, or fails
     * @throws UnsupportedOperationException if the module returns another type
     */
    public NDArray forward(List<NDArray> arguments, String entry) {
        JniUtils.setGraphExecutorOptimize(false); // as in TorchScriptModule
        arguments.forEach(argument -> argument.setName(null));
        // with "true", outputs can be part of a graph
        NDList outputs = IValueUtils.forward(module, new NDList(arguments), true);
        return toFloat32(pick(outputs, entry), arguments.get(0).getManager());
    }

    /** Converts an array to float32 by an addition. DJL crashes the JVM when it reads a bfloat16 array. */
    private static NDArray toFloat32(NDArray array, NDManager scope) {
        return array.add(scope.create(new float[] {0f}));
    }

    private static NDArray pick(NDList outputs, String entry) {
        if (outputs.contains(entry)) {
            return outputs.get(entry);
        }
        if (outputs.isEmpty() || outputs.size() > 1 && outputs.get(0).getName() != null) {
            throw new UnsupportedOperationException("it returns a dictionary or list without '" + entry + "'");
        }
        return outputs.get(0);
    }

    /** Returns copies of the parameters in float32; {@code scope} owns them. */
    public NDList parameters(NDManager scope) {
        NDList copies = new NDList();
        try (NDList parameters = JniUtils.moduleGetParams(module, (PtNDManager) scope)) {
            parameters.forEach(parameter -> copies.add(toFloat32(parameter, scope)));
        }
        return copies;
    }

    /** Returns the name of a parameter that contains NaN or infinity; empty if there is none. */
    public Optional<String> notFinite() {
        try (NDManager scope = manager.newSubManager()) {
            for (NDArray parameter : JniUtils.moduleGetParams(module, (PtNDManager) scope)) {
                try (NDArray zeros = parameter.mul(scope.create(new float[] {0f}));
                        NDArray sum = zeros.sum()) {
                    if (!Float.isFinite(sum.getFloat())) {
                        return Optional.of(String.valueOf(parameter.getName()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the number of values of all parameters. */
    public long size() {
        try (NDList parameters = JniUtils.moduleGetParams(module, (PtNDManager) manager)) {
            return parameters.stream().mapToLong(NDArray::size).sum();
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
