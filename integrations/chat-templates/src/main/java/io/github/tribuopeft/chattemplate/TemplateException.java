package io.github.tribuopeft.chattemplate;

/** Failure of a template. */
final class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }
}
