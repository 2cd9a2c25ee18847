package io.github.tribuopeft.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.Callable;

/** The native engine of this JVM: its versions, its threads, and whether it records gradients. */
public final class TorchRuntime {

    /** The largest number of threads for one operation: more help nothing, and libgomp ends the process when it cannot start them. */
    private static final int MOST_THREADS =
            Math.max(64, 4 * Runtime.getRuntime().availableProcessors());

    private TorchRuntime() {}

    /**
     * Opens a manager of arrays on a device. The caller closes it.
     *
     * <p>The first use of the engine in a JVM makes {@code System.exit} and signals safe during native work, see {@code ProcessExit}.
     */
    public static NDManager newManager(Device device) {
        engine();
        return NDManager.newBaseManager(device, Devices.ENGINE);
    }

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
     * @param threads from 1 to 64, or to four times the number of processors if that is more
     * @throws IllegalArgumentException if {@code threads} is outside this range
     */
    public static void setThreads(int threads) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "The number of threads must be from 1 to " + MOST_THREADS + ", but is " + threads);
        }
        engine();
        JniUtils.setNumThreads(threads);
    }

    /**
     * Runs work with gradients recorded. Grad mode belongs to the calling thread, so several threads may train at once; DJL's own
     * gradient collector allows one in a process.
     */
    public static <V> V withGradients(Callable<V> work) {
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

    static Engine engine() {
        Engine engine = NativeLibraries.torch();
        ProcessExit.install();
        return engine;
    }
}
