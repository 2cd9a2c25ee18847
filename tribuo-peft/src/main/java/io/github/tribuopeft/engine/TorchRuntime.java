package io.github.tribuopeft.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.Callable;

/**
 * PyTorch in this JVM: versions, numbers of threads, and recording of gradients.
 *
 * <p>Training and predictions are divided into batches that depend on settings and data only. {@linkplain #workers
 * Worker threads} compute several of them at the same time, each with one thread for an operation, so the number of
 * workers does not change a bit of the results.
 */
public final class TorchRuntime {

    /**
     * Maximum number of threads of each kind. More threads are not faster, and libgomp ends the process if it cannot
     * start them.
     */
    private static final int MAX_THREADS = Math.max(64, 4 * Runtime.getRuntime().availableProcessors());

    private static volatile int workers = Runtime.getRuntime().availableProcessors();
    private static volatile int operationThreads = 1;

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

    /**
     * Returns the number of worker threads, which compute batches at the same time on a CPU: the number of processors
     * unless {@link #setThreads} was called, and 1 with more than one {@linkplain #operationThreads thread for an
     * operation}. On a GPU, one worker computes all batches. Results do not depend on the number.
     */
    public static int workers() {
        return operationThreads > 1 ? 1 : workers;
    }

    /**
     * Sets the number of {@linkplain #workers worker threads} of this process.
     *
     * @param count from 1 to the larger of 64 and four times the number of processors
     * @throws IllegalArgumentException if {@code count} is outside this range
     */
    public static void setThreads(int count) {
        workers = requireThreads(count);
    }

    /**
     * Returns the number of threads for one operation of libtorch: 1 unless {@link #setOperationThreads} was called.
     * Several threads add the parts of a sum in another order, so this number changes the last bits of results.
     */
    public static int operationThreads() {
        return operationThreads;
    }

    /**
     * Sets the number of threads for one operation of libtorch, in this process. With more than one, a single worker
     * computes all batches and the last bits of results depend on the number. This is useful for predictions of single
     * texts with a large backbone.
     *
     * @param count from 1 to the larger of 64 and four times the number of processors
     * @throws IllegalArgumentException if {@code count} is outside this range
     */
    public static void setOperationThreads(int count) {
        operationThreads = requireThreads(count);
    }

    private static int requireThreads(int count) {
        if (count < 1 || count > MAX_THREADS) {
            throw new IllegalArgumentException(
                    "The number of threads must be from 1 to " + MAX_THREADS + ", but is " + count);
        }
        return count;
    }

    /** Each thread has its own number of threads in OpenMP, and other users of libtorch may change it. */
    private static void applyOperationThreads() {
        int count = operationThreads;
        if (JniUtils.getNumThreads() != count) {
            JniUtils.setNumThreads(count);
        }
    }

    /**
     * Runs work with recording of gradients in the calling thread. Several threads may record at the same time. DJL's gradient
     * collector allows one per process.
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
        applyOperationThreads();
        return engine;
    }
}
