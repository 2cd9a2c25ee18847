package io.github.tribuopeft.server;

/** Failure of a request, which its client is told. */
final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * Creates a failure.
     *
     * @param status status code of the response
     * @param detail what was found and what would be right
     */
    ApiException(int status, String detail) {
        super(detail);
        this.status = status;
    }

    int status() {
        return status;
    }
}
