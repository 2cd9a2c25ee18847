package io.github.tribuopeft.engine;

import java.lang.ref.Cleaner;

/**
 * Frees native memory of objects that became unreachable without being closed. Objects should be closed all the same:
 * the garbage collector does not know how much native memory an object holds, so it may run late.
 *
 * <p>An owner must be reachable while it is in use: its methods that use the native memory end with
 * {@link java.lang.ref.Reference#reachabilityFence}.
 */
public final class NativeCleaner {

    private static final Cleaner CLEANER = Cleaner.create();

    private NativeCleaner() {}

    /**
     * Registers an owner of native memory.
     *
     * @param owner the owner
     * @param free frees the memory; must not refer to the owner, which would then stay reachable
     * @return runs {@code free} at most once, when the owner is closed
     */
    public static Cleaner.Cleanable register(Object owner, Runnable free) {
        return CLEANER.register(owner, free);
    }
}
