package io.github.tribuopeft.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.util.Utils;
import java.io.IOException;

/** The native libraries, which DJL unpacks into a folder of its own when they are first needed. */
public final class NativeLibraries {

    private NativeLibraries() {}

    /**
     * Loads PyTorch, if that has not happened yet.
     *
     * @throws NativeLibraryException if it cannot be unpacked or loaded
     */
    public static Engine torch() {
        try {
            return Engine.getEngine(Devices.ENGINE);
        } catch (EngineException | LinkageError e) {
            throw failure("PyTorch", "pytorch", e);
        }
    }

    /**
     * Loads the tokenizers library, if that has not happened yet.
     *
     * @throws NativeLibraryException if it cannot be unpacked or loaded
     */
    public static void tokenizers() {
        try {
            LibUtils.checkStatus();
        } catch (EngineException | LinkageError e) {
            throw failure("tokenizers", "tokenizers", e);
        }
    }

    private static NativeLibraryException failure(String library, String folder, Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root instanceof IOException io ? IoReason.of(io) : String.valueOf(root.getMessage());
        return new NativeLibraryException(
                "The native library of " + library + " cannot be unpacked into "
                        + Utils.getEngineCacheDir(folder) + " or loaded from it: " + reason
                        + ". Name a folder with room and write permission in the environment variable DJL_CACHE_DIR",
                error);
    }
}
