package io.github.tribuopeft.cli;

import ai.djl.engine.EngineException;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Error message of an exception, in one line. Some messages of the JDK are only a path, a class name or a number; this
 * class makes them sentences.
 */
final class FailureMessage {

    private static final Pattern NATIVE_MEMORY = Pattern.compile(
            "not enough memory|can't allocate memory|bad_alloc|out of memory", Pattern.CASE_INSENSITIVE);
    private static final Pattern BYTES = Pattern.compile("tried to allocate ([0-9.]+ ?\\w+)", Pattern.CASE_INSENSITIVE);

    /** Number of characters of a message. The longest messages of this project list all settings of a component. */
    private static final int LONGEST = 2000;

    private FailureMessage() {}

    /**
     * Returns the message of an exception in one line.
     *
     * @param inputs a clause on the command's largest input, for errors that depend on size; may be empty
     */
    static String of(Throwable failure, String inputs) {
        Throwable known = unwrap(failure);
        return shortened(
                oneLine(known instanceof Error error ? error(error, inputs) : exception((Exception) known, inputs)));
    }

    /** Cuts the middle out of a message that quotes a long name from a file. */
    private static String shortened(String message) {
        if (message == null || message.length() <= LONGEST) {
            return message;
        }
        int half = LONGEST / 2;
        return message.substring(0, half) + " … " + message.substring(message.length() - half);
    }

    /** Returns the exception that other threads, streams or reflection wrapped. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof UncheckedIOException
                        || cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause instanceof InvocationTargetException
                        || cause instanceof ExceptionInInitializerError)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String error(Error error, String inputs) {
        if (error instanceof OutOfMemoryError) {
            long heap = Runtime.getRuntime().maxMemory();
            return "the Java heap of " + megabytes(heap) + " is too small" + inputs + "; set PEFT_JAVA_OPTS=-Xmx"
                    + (1 + (heap >> 29)) + "g, or use a method with fewer trainable parameters";
        }
        if (error instanceof StackOverflowError) {
            return "the input is nested too deeply" + inputs + "; set PEFT_JAVA_OPTS=-Xss64m for a larger stack";
        }
        return unexpected(error);
    }

    private static String exception(Exception exception, String inputs) {
        String message = exception.getMessage();
        if (exception instanceof FileSystemException file) {
            return file(file);
        }
        if (exception instanceof PropertyException bad) {
            return bad.getMsg() == null ? message : bad.getMsg();
        }
        if (exception instanceof NumberFormatException && message != null) {
            return message.replaceFirst("For input string: (\"[^\"]*\").*", "$1 is not a number");
        }
        if (exception instanceof InvalidPathException path) {
            return "'" + path.getInput() + "' is not a path in this system's encoding, "
                    + System.getProperty("sun.jnu.encoding") + "; set LC_ALL=C.UTF-8";
        }
        if (exception instanceof CharacterCodingException) {
            return "a file is not UTF-8 text" + inputs;
        }
        if (exception instanceof EngineException && message != null) {
            return engine(message, inputs);
        }
        boolean internal = message == null
                || message.isBlank()
                || exception instanceof NullPointerException
                || exception instanceof ClassCastException
                || exception instanceof IndexOutOfBoundsException
                || exception instanceof NegativeArraySizeException
                || exception instanceof ArrayStoreException;
        return internal ? unexpected(exception) : message;
    }

    private static String file(FileSystemException failure) {
        String reason = failure.getReason();
        if (failure instanceof NoSuchFileException) {
            reason = "there is no such file or directory";
        } else if (failure instanceof AccessDeniedException) {
            reason = "permission denied";
        } else if (failure instanceof DirectoryNotEmptyException) {
            reason = "the directory is not empty";
        } else if (failure instanceof FileAlreadyExistsException) {
            reason = "a file of this name exists";
        } else if (failure instanceof NotDirectoryException) {
            reason = "this is not a directory";
        } else if (failure instanceof FileSystemLoopException) {
            reason = "the symbolic links form a cycle";
        } else if (reason == null) {
            reason = "the file cannot be read or written";
        }
        return failure.getFile() + (failure.getOtherFile() == null ? "" : " to " + failure.getOtherFile()) + ": "
                + reason;
    }

    private static String engine(String message, String inputs) {
        if (NATIVE_MEMORY.matcher(message).find()) {
            Matcher bytes = BYTES.matcher(message);
            return "the memory of the machine is too small" + (bytes.find() ? " for " + bytes.group(1) + " more" : "")
                    + inputs + "; use fewer --threads, a smaller --set training.microBatch=N or --max-length";
        }
        // The lines after the first are a stack trace of C++ or TorchScript.
        return "libtorch: "
                + message.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElse("no message");
    }

    private static String unexpected(Throwable failure) {
        List<StackTraceElement> trace = List.of(failure.getStackTrace());
        String place = trace.isEmpty()
                ? ""
                : " in " + trace.get(0).getFileName() + ":" + trace.get(0).getLineNumber();
        String detail =
                failure instanceof LinkageError && failure.getMessage() != null ? " " + failure.getMessage() : "";
        return "internal error: " + failure.getClass().getSimpleName() + detail + place
                + "; --stacktrace prints the stack trace";
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MB", bytes >> 20);
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ").strip();
    }
}
