package io.github.tribuopeft.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>Only glibc has {@code on_exit}, which passes the exit code to its handler. On other systems, nothing is
 * registered.
 */
final class ProcessExit {

    private static final Logger LOGGER = Logger.getLogger(ProcessExit.class.getName());
    private static final AtomicBoolean INSTALLED = new AtomicBoolean();

    private ProcessExit() {}

    /** Registers the exit handler, once for each process. libtorch must be loaded. */
    static void install() {
        if (INSTALLED.get() || !INSTALLED.compareAndSet(false, true)) {
            return;
        }
        register();
        try {
            // Again at shutdown: libraries that libtorch loads later, such as CUDA, register more destructors
            Runtime.getRuntime().addShutdownHook(new Thread(ProcessExit::register, "tribuo-peft-exit"));
        } catch (IllegalStateException e) {
            LOGGER.log(Level.FINE, "The JVM is shutting down already", e);
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
