package io.github.tribuopeft.cli;

/** What the user asked for makes no sense; the message says why. Ends the command with exit code 2. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
