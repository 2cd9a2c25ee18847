package io.github.tribuopeft.engine;

/** Error while a native library is unpacked or loaded. The message names the library, the directory and the reason. */
public class NativeLibraryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NativeLibraryException(String message, Throwable cause) {
        super(message, cause);
    }
}
