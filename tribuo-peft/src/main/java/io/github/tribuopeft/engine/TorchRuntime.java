package io.github.tribuopeft.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.Callable;

/** PyTorch in this JVM: versions, number of threads, and recording of gradients. */
public final class TorchRuntime {

    /**
     * Maximum number of threads for one operation. More threads are not faster, and libgomp ends the process if it
     * cannot start them.
     */
    private static final int MAX_THREADS = Math.max(64, 4 * Runtime.getRuntime().availableProcessors());

    private TorchRuntime() {}

    /**
     * Returns a new manager of arrays on a device. The caller closes it.
     *
     * <p>The first use of the engine in a JVM makes {@code System.exit} and signals safe during native work.
     */
    public static NDManager newManager(Device device) {
        engine();
        return NDManager.newBaseManager(device, Devices.ENGINE);
    }

    /** Returns the version of DJL. */
    public static String djlVersion() {
        return Engine.getDjlVersion();
    }

    /** Returns the version of libtorch. */
    public static String torchVersion() {
        return engine().getVersion();
    }

    /** Returns the number of threads for one operation. It determines the order of sums and so their last bits. */
    public static int threads() {
        engine();
        return JniUtils.getNumThreads();
    }

    /**
     * Sets the number of threads for one operation.
     *
     * @param threads from 1 to the larger of 64 and four times the number of processors
     * @throws IllegalArgumentException if {@code threads} is outside this range
     */
    public static void setThreads(int threads) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException(
                    "The number of threads must be from 1 to " + MAX_THREADS + ", but is " + threads);
        }
        engine();
        JniUtils.setNumThreads(threads);
    }

    /**
     * Runs work with recording of gradients in the calling thread. Several threads may do so at the same time, unlike
     * with DJL's gradient collector, of which a process can only have one.
     */
    public static <V> V withGradients(Callable<V> work) {
        return withGradMode(true, work);
    }

    /**
     * Runs work without recording of gradients in the calling thread. New threads record by default, so predictions use
     * this.
     */
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
