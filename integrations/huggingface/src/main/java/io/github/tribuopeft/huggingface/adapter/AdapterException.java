package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.huggingface.files.Printable;

/**
 * Thrown if the files of an adapter directory are missing, damaged or unsupported, or do not fit the backbone. Control
 * characters from the files are escaped in the message.
 */
public class AdapterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message for the user. */
    public AdapterException(String message) {
        super(Printable.text(message));
    }

    /** Creates an exception with a message for the user and its cause. */
    public AdapterException(String message, Throwable cause) {
        super(Printable.text(message), cause);
    }
}
