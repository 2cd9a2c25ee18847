package io.github.tribuopeft.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A TorchScript program, loaded and callable: one call into libtorch however much it computes.
 *
 * <p>This is the one place that uses DJL's undocumented calling convention: arguments by order, arrays named {@code
 * <argument>.<key>} as one dictionary argument, arrays named {@code <argument>[]} as one list argument, an array named
 * {@code module_method:<name>} to choose the method; the result belongs to the first argument's manager.
 */
public final class TorchScriptModule implements AutoCloseable {

    /** Keeps a dictionary argument present where it has no entry. No program looks it up. */
    private static final String PLACEHOLDER = "_";

    private final NDManager manager;
    private final PtSymbolBlock module;

    private TorchScriptModule(NDManager manager, PtSymbolBlock module) {
        this.manager = manager;
        this.module = module;
    }

    /** Reads a program that lies beside {@code owner} as a resource. */
    public static String source(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            return new String(
                    Objects.requireNonNull(in, "no program " + resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading the program " + resource, e);
        }
    }

    /**
     * Compiles a program.
     *
     * @param parent lends its device and engine; the program must be closed before it
     * @param source the program's files
     * @param constants the program's constants by name
     */
    public static TorchScriptModule load(NDManager parent, ProgramSource source, Map<String, Number> constants) {
        NDManager manager = parent.newSubManager();
        try {
            byte[] archive = TorchScriptArchive.pack(source, constants);
            return new TorchScriptModule(
                    manager,
                    JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false));
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException("Loading a program", e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Calls a method that takes tensors and then one dictionary.
     *
     * @param method the method's name
     * @param arguments the tensors; the first one's manager owns the result
     * @param dictionary the last argument
     * @return the method's tensor
     */
    public NDArray call(String method, List<NDArray> arguments, Map<String, NDArray> dictionary) {
        return run(method, inputs(arguments, dictionary)).singletonOrThrow();
    }

    /**
     * Calls a method that takes tensors and then one dictionary, and returns a dictionary.
     *
     * @param method the method's name
     * @param arguments the tensors; the first one's manager owns the result
     * @param dictionary the last argument
     * @return the entries of the method's dictionary
     */
    public Map<String, NDArray> callForDictionary(
            String method, List<NDArray> arguments, Map<String, NDArray> dictionary) {
        Map<String, NDArray> entries = new HashMap<>();
        run(method, inputs(arguments, dictionary)).forEach(entry -> entries.put(entry.getName(), entry));
        return entries;
    }

    private static NDList inputs(List<NDArray> arguments, Map<String, NDArray> dictionary) {
        NDManager scope = arguments.get(0).getManager();
        NDList inputs = new NDList(arguments.size() + dictionary.size() + 2);
        for (NDArray argument : arguments) {
            argument.setName(null);
            inputs.add(argument);
        }
        dictionary.forEach((key, value) -> inputs.add(named(value, "dictionary." + key)));
        if (dictionary.isEmpty()) {
            inputs.add(named(scope.create(0f), "dictionary." + PLACEHOLDER));
        }
        return inputs;
    }

    /**
     * Calls a method that takes a tensor and then lists of tensors.
     *
     * @param first the first argument; its manager owns the result
     * @param lists the other arguments
     */
    public NDArray callWithLists(String method, NDArray first, List<NDList> lists) {
        NDList inputs = new NDList();
        first.setName(null);
        inputs.add(first);
        for (int i = 0; i < lists.size(); i++) {
            for (NDArray element : lists.get(i)) {
                inputs.add(named(element, "list" + i + "[]"));
            }
        }
        return run(method, inputs).singletonOrThrow();
    }

    /** The reason of an engine's error in one line, without TorchScript's trace. */
    public static String reason(RuntimeException error) {
        String[] lines = String.valueOf(error.getMessage()).strip().split("\n");
        return lines[lines.length - 1].strip();
    }

    private NDList run(String method, NDList inputs) {
        NDManager scope = inputs.head().getManager();
        inputs.add(named(scope.create(0f), "module_method:" + method));
        // The optimizing executor recompiles for every new shape, and batches come in many; the setting is the
        // thread's.
        JniUtils.setGraphExecutorOptimize(false);
        // "true" only keeps the outputs fit for a graph; the module has no training mode of its own.
        return IValueUtils.forward(module, inputs, true);
    }

    private static NDArray named(NDArray array, String name) {
        if (!name.equals(array.getName())) {
            array.setName(name);
        }
        return array;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
