package io.github.tribuopeft.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ends the process without running libtorch's static destructors.
 *
 * <p>{@code System.exit}, a signal and {@code Runtime.halt} all end in C's {@code exit}, which destroys libtorch's
 * global state. Threads that are inside libtorch at that moment keep running and crash the process. C runs exit
 * handlers in the reverse order of their registration, so a handler that is registered after libtorch was loaded runs
 * before libtorch's destructors. The handler is C's {@code _exit}, which ends the process at once with the exit code
 * that {@code exit} was given. Java's shutdown hooks have run by then; exit handlers that other native libraries
 * registered do not run.
 *
 * <p>While libtorch is being loaded, its destructors are registered and the handler is not. A shutdown hook makes {@code
 * System.exit} and signals wait until it is. {@code Runtime.halt} runs no hooks and may crash in this moment.
 *
 * <p>Only glibc has {@code on_exit}, which passes the exit code to its handler. On other systems, nothing is
 * registered.
 */
final class ProcessExit {

    private static final Logger LOGGER = Logger.getLogger(ProcessExit.class.getName());
    private static final ReentrantLock LOADING = new ReentrantLock();
    /** Seconds that the end of the JVM waits for a library. The waiting thread may be the one that loads it. */
    private static final int PATIENCE = 20;

    private static volatile boolean installed;
    private static boolean hooked;
    private static boolean ending;

    private ProcessExit() {}

    /**
     * Loads libtorch and registers the exit handler, once for each process.
     *
     * @param loader loads libtorch
     * @throws IllegalStateException if the JVM is shutting down and libtorch is not loaded
     */
    static <V> V load(Supplier<V> loader) {
        if (installed) {
            return loader.get();
        }
        LOADING.lock();
        try {
            if (ending) {
                throw new IllegalStateException("PyTorch is not loaded, because the JVM is shutting down");
            }
            if (!hooked) {
                Runtime.getRuntime().addShutdownHook(new Thread(ProcessExit::end, "tribuo-peft-exit"));
                hooked = true;
            }
            V loaded = loader.get();
            register();
            installed = true;
            return loaded;
        } finally {
            LOADING.unlock();
        }
    }

    /** Registers the handler again: libraries that libtorch loads later, such as CUDA, register more destructors. */
    private static void end() {
        try {
            if (LOADING.tryLock(PATIENCE, TimeUnit.SECONDS)) {
                ending = true;
                LOADING.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (installed) {
            register();
        }
    }

    private static void register() {
        try {
            NativeLibrary process = NativeLibrary.getProcess();
            process.getFunction("on_exit").invokeInt(new Object[] {process.getFunction("_exit"), Pointer.NULL});
        } catch (LinkageError e) {
            LOGGER.log(Level.FINE, "This system has no on_exit; ending the JVM during native work may crash it", e);
        }
    }
}
