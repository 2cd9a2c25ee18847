package io.github.tribuopeft.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Resident memory of a process. Programs whose memory is measured run in a JVM of their own, whose heap has a fixed
 * size, so that only native memory can grow, and with one arena of malloc, so that a thread uses memory again that
 * another one released.
 */
public final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final List<String> HEAP = List.of("-Xms160m", "-Xmx160m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");

    private ResidentMemory() {}

    /** Prints {@link #kilobytes} for {@link #measure}. */
    public static void print() {
        System.out.println(kilobytes());
    }

    /** Returns the resident memory of this process in kB after a garbage collection. */
    public static long kilobytes() {
        System.gc();
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a program that calls {@link #print}; skips the test on a system without this information.
     *
     * @return the printed numbers in kB
     */
    public static long[] measure(Path folder, Class<?> program) throws Exception {
        assumeTrue(Files.isReadable(STATUS), "skipped: this system has no " + STATUS);
        ChildJvm.Outcome outcome = ChildJvm.start(folder, HEAP, Map.of("MALLOC_ARENA_MAX", "1"), program)
                .await();
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return Stream.of(outcome.out().strip().split("\\s+"))
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
