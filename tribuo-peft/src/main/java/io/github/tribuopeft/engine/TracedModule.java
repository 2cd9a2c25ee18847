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

/** A TorchScript module that somebody else wrote, frozen: gradients flow through it, never into it. */
public final class TracedModule implements AutoCloseable {

    private static final String[] NO_FILES = {};

    private final NDManager manager;
    private final PtSymbolBlock module;

    private TracedModule(NDManager manager, PtSymbolBlock module) {
        this.manager = manager;
        this.module = module;
    }

    /**
     * Loads a {@code .pt} file onto a manager's device.
     *
     * @param parent lends its device and engine; the module must be closed before it
     * @throws ai.djl.engine.EngineException if the file is none
     */
    public static TracedModule load(NDManager parent, Path file) {
        NDManager manager = parent.newSubManager();
        try {
            // With "false" DJL would make the parameters inference tensors, which no gradient may pass by.
            PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, file, true, NO_FILES, NO_FILES, true);
            JniUtils.enableInferenceMode(block); // eval(), for those who forgot
            TracedModule module = new TracedModule(manager, block);
            module.freeze();
            return module;
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private void freeze() {
        try (NDList own = JniUtils.moduleGetParams(module, (PtNDManager) manager)) {
            own.forEach(parameter -> parameter.setRequiresGradient(false));
        }
    }

    /**
     * Calls the module.
     *
     * @param arguments its arguments in their order; the first one's manager owns the result
     * @param entry which tensor is meant if the module gives a dictionary of several
     * @return the module's tensor, the first one of a tuple or list, or the one by name, widened to float32
     * @throws ai.djl.engine.EngineException if the module does not take these arguments or fails
     * @throws UnsupportedOperationException if the module gives something else
     */
    public NDArray forward(List<NDArray> arguments, String entry) {
        JniUtils.setGraphExecutorOptimize(false); // as for programs
        arguments.forEach(argument -> argument.setName(null));
        // "true" only keeps the outputs fit for a graph
        NDList made = IValueUtils.forward(module, new NDList(arguments), true);
        return widened(pick(made, entry), arguments.get(0).getManager());
    }

    /** DJL ends the JVM when it looks at an array of bfloat16, which this sum is not whatever the array is. */
    private static NDArray widened(NDArray array, NDManager scope) {
        return array.add(scope.create(new float[] {0f}));
    }

    private static NDArray pick(NDList made, String entry) {
        if (made.contains(entry)) {
            return made.get(entry);
        }
        if (made.isEmpty() || made.size() > 1 && made.get(0).getName() != null) {
            throw new UnsupportedOperationException("it gives a dictionary or list without '" + entry + "'");
        }
        return made.get(0);
    }

    /** Copies of the module's parameters as float32; {@code scope} owns them. */
    public NDList parameters(NDManager scope) {
        NDList copies = new NDList();
        try (NDList own = JniUtils.moduleGetParams(module, (PtNDManager) scope)) {
            own.forEach(parameter -> copies.add(widened(parameter, scope)));
        }
        return copies;
    }

    /** The name of a parameter that contains NaN or infinity; empty if there is none. */
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

    /** Number of the parameters' values. */
    public long size() {
        try (NDList own = JniUtils.moduleGetParams(module, (PtNDManager) manager)) {
            return own.stream().mapToLong(NDArray::size).sum();
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
