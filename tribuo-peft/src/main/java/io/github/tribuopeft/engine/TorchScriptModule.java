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
 * Compiled TorchScript program. A call of a method is one call into libtorch.
 *
 * <p>This class uses DJL's undocumented calling convention: arguments are in order, arrays named {@code
 * <argument>.<key>} are one dictionary, arrays named {@code <argument>[]} are one list, and an array named {@code
 * module_method:<name>} selects the method. The manager of the first argument owns the result.
 */
public final class TorchScriptModule implements AutoCloseable {

    /**
     * Key of an unused entry in a dictionary that would be empty otherwise, since DJL does not pass empty dictionaries.
     */
    private static final String PLACEHOLDER = "_";

    private final NDManager manager;
    private final PtSymbolBlock module;

    private TorchScriptModule(NDManager manager, PtSymbolBlock module) {
        this.manager = manager;
        this.module = module;
    }

    /** Reads a program from the resources of a class. */
    public static String source(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            return new String(
                    Objects.requireNonNull(in, "program " + resource + " is missing")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading the program " + resource, e);
        }
    }

    /**
     * Compiles a program.
     *
     * @param parent a manager on the device; it must be closed after the program
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
     * Calls a method with arguments and a dictionary.
     *
     * @param method name of the method
     * @param arguments the arguments before the dictionary; the manager of the first one owns the result
     * @param dictionary the dictionary
     * @return the result
     */
    public NDArray call(String method, List<NDArray> arguments, Map<String, NDArray> dictionary) {
        return run(method, inputs(arguments, dictionary)).singletonOrThrow();
    }

    /**
     * Calls a method with arguments and a dictionary that returns a dictionary.
     *
     * @param method name of the method
     * @param arguments the arguments before the dictionary; the manager of the first one owns the result
     * @param dictionary the dictionary
     * @return the entries of the result
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
     * Calls a method with an array and lists of arrays.
     *
     * @param method name of the method
     * @param first the first argument; its manager owns the result
     * @param lists the other arguments
     * @return the result
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

    /** Returns the reason of an engine's error in one line, without TorchScript's stack trace. */
    public static String reason(RuntimeException error) {
        String[] lines = String.valueOf(error.getMessage()).strip().split("\n");
        return lines[lines.length - 1].strip();
    }

    private NDList run(String method, NDList inputs) {
        NDManager scope = inputs.head().getManager();
        inputs.add(named(scope.create(0f), "module_method:" + method));
        // The optimizing executor would recompile the program for each new shape. The setting is one of the thread.
        JniUtils.setGraphExecutorOptimize(false);
        // With "true", outputs can be part of a graph; programs do not have a training mode.
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
