package io.github.tribuopeft.huggingface;

/**
 * An adapter directory's files are missing, damaged, of an unknown kind, or do not fit the backbone. The message says which. Control characters from
 * the files are escaped in it.
 */
public class AdapterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** An error with a message for the user. */
    public AdapterException(String message) {
        super(Printable.text(message));
    }

    /** An error with a message for the user, and what led to it. */
    public AdapterException(String message, Throwable cause) {
        super(Printable.text(message), cause);
    }
}
