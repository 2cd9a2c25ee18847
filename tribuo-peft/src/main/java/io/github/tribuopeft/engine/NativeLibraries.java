package io.github.tribuopeft.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.util.Utils;
import java.io.IOException;

/** Native libraries, which DJL unpacks into its cache directory at the first use. */
public final class NativeLibraries {

    private NativeLibraries() {}

    /**
     * Loads PyTorch if it is not loaded yet.
     *
     * @throws NativeLibraryException if the library cannot be unpacked or loaded
     */
    public static Engine torch() {
        try {
            return ProcessExit.load(() -> Engine.getEngine(Devices.ENGINE));
        } catch (EngineException | LinkageError e) {
            throw failure("PyTorch", "pytorch", e);
        }
    }

    /**
     * Loads the tokenizers library if it is not loaded yet.
     *
     * @throws NativeLibraryException if the library cannot be unpacked or loaded
     */
    public static void tokenizers() {
        try {
            LibUtils.checkStatus();
        } catch (EngineException | LinkageError e) {
            throw failure("tokenizers", "tokenizers", e);
        }
    }

    private static NativeLibraryException failure(String library, String directory, Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root instanceof IOException io ? IoReason.of(io) : String.valueOf(root.getMessage());
        return new NativeLibraryException(
                "The native library of " + library + " cannot be unpacked into "
                        + Utils.getEngineCacheDir(directory) + " or loaded from it: " + reason
                        + ". Set the environment variable DJL_CACHE_DIR to a writable directory with free space",
                error);
    }
}
