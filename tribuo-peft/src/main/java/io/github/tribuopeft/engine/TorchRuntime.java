package io.github.tribuopeft.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.Callable;

/** The native engine of this JVM: its versions, its threads, and whether it records gradients. */
public final class TorchRuntime {

    private TorchRuntime() {}

    /** The version of DJL, for provenance. */
    public static String djlVersion() {
        return Engine.getDjlVersion();
    }

    /** The version of libtorch, for provenance. */
    public static String torchVersion() {
        return engine().getVersion();
    }

    /** Number of threads that one operation is spread over. It decides the order of sums, and so the last bits. */
    public static int threads() {
        engine();
        return JniUtils.getNumThreads();
    }

    /**
     * Sets the number of threads for one operation.
     *
     * @throws IllegalArgumentException if {@code threads} is below 1
     */
    public static void setThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("The number of threads must be at least 1, not " + threads);
        }
        engine();
        JniUtils.setNumThreads(threads);
    }

    /**
     * Runs work with gradients recorded. Grad mode belongs to the calling thread, so several threads may train at once; DJL's own
     * gradient collector allows one in a process.
     */
    public static <V> V recording(Callable<V> work) {
        return withGradMode(true, work);
    }

    /** Runs work without recording gradients. New threads record by default, so every prediction says so. */
    public static <V> V withoutGradients(Callable<V> work) {
        return withGradMode(false, work);
    }

    private static <V> V withGradMode(boolean record, Callable<V> work) {
        engine();
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(record);
        try {
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    private static Engine engine() {
        return NativeLibraries.torch();
    }
}
