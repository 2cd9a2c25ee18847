package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Tests of the one-line messages of exceptions. */
class FailureMessageTest {

    private static String of(Throwable failure) {
        return FailureMessage.of(failure, "; the largest input is --train big.tsv with 200 MB");
    }

    @Test
    void fileErrors() {
        assertThat(of(new NoSuchFileException("a/b"))).isEqualTo("a/b: there is no such file or directory");
        assertThat(of(new AccessDeniedException("a/b"))).isEqualTo("a/b: permission denied");
        assertThat(of(new DirectoryNotEmptyException("a/b"))).isEqualTo("a/b: the directory is not empty");
        assertThat(of(new NotDirectoryException("a/b"))).isEqualTo("a/b: this is not a directory");
        assertThat(of(new FileSystemException("a", "b", "No space left on device")))
                .isEqualTo("a to b: No space left on device");
        assertThat(of(new FileSystemException("a"))).isEqualTo("a: the file cannot be read or written");
        assertThat(of(new UncheckedIOException(new NoSuchFileException("a")))).startsWith("a: there is no such");
        assertThat(of(new CompletionException(new UncheckedIOException(new IOException("x\n  y")))))
                .isEqualTo("x y");
        assertThat(of(new InvalidPathException("a?", "Malformed input"))).contains("'a?'", "LC_ALL=C.UTF-8");
        assertThat(of(new MalformedInputException(1))).contains("not UTF-8", "big.tsv");
    }

    @Test
    void invalidNumbers() {
        assertThat(of(new NumberFormatException("For input string: \"12x\""))).isEqualTo("\"12x\" is not a number");
        assertThat(of(new NumberFormatException("For input string: \"99999999999\" under radix 10")))
                .isEqualTo("\"99999999999\" is not a number");
    }

    @Test
    void memoryErrors() {
        assertThat(of(new OutOfMemoryError("Java heap space")))
                .contains("the Java heap of ", " MB is too small", "big.tsv with 200 MB", "PEFT_JAVA_OPTS=-Xmx");
        assertThat(of(new CompletionException(new OutOfMemoryError()))).contains("PEFT_JAVA_OPTS=-Xmx");
        assertThat(of(new StackOverflowError())).contains("nested too deeply", "big.tsv");
        assertThat(of(new EngineException("[enforce fail at alloc_cpu.cpp:115] err == 0. DefaultCPUAllocator: "
                        + "can't allocate memory: you tried to allocate 8589934592000 bytes. Error code 12\nframe #0")))
                .contains("the memory of the machine is too small for 8589934592000 bytes more", "--threads")
                .doesNotContain("frame", "alloc_cpu");
        assertThat(of(new EngineException("std::bad_alloc"))).contains("training.microBatch");
        assertThat(of(new EngineException("CUDA out of memory. Tried to allocate 20.00 MiB")))
                .contains("for 20.00 MiB more");
        assertThat(of(new EngineException("The size of tensor a\nTraceback of TorchScript\n  at x")))
                .isEqualTo("libtorch: The size of tensor a");
    }

    /** Exceptions that a bug causes. Their own messages do not help users. */
    @Test
    void internalErrors() {
        for (RuntimeException e : new RuntimeException[] {
            new NullPointerException("Cannot invoke \"String.length()\" because \"<local1>\" is null"),
            new IndexOutOfBoundsException("Index 3 out of bounds for length 2"),
            new NegativeArraySizeException("-32"),
            new ClassCastException("class A cannot be cast to class B"),
            new NoSuchElementException(),
            new IllegalStateException()
        }) {
            assertThat(of(e))
                    .startsWith("internal error: " + e.getClass().getSimpleName())
                    .contains("in FailureMessageTest.java:", "--stacktrace")
                    .doesNotContain("null", "-32", "Index 3");
        }
        assertThat(of(new NoClassDefFoundError("a/B"))).contains("NoClassDefFoundError a/B");
    }

    @Test
    void longNamesAreCut() {
        String message =
                of(new IllegalArgumentException("Unknown head '" + "x".repeat(3_000_000) + "'; expected one of a"));
        assertThat(message)
                .startsWith("Unknown head 'xxx")
                .endsWith("xxx'; expected one of a")
                .hasSizeLessThan(2010);
    }
}
