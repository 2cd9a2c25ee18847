package io.github.tribuopeft.engine;

/** A native library cannot be unpacked or loaded. The message names the library, the folder and the reason. */
public class NativeLibraryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NativeLibraryException(String message, Throwable cause) {
        super(message, cause);
    }
}
