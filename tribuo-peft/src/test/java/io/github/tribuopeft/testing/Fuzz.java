package io.github.tribuopeft.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Fuzz test of a reader of files. Each damaged input must be read, or refused with an exception of a documented type
 * and a message, without allocating too much memory for its size. Endless loops cause a timeout of the test, native
 * crashes end its JVM.
 *
 * <p>The number of cases is multiplied by the system property {@code fuzz.factor}, see {@code -Pfuzz}.
 */
public final class Fuzz {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes that a reader may allocate for any input: buffers, parsers, exceptions with stack traces. */
    private static final long FREE_BYTES = 2_000_000;

    /** Bytes that a reader may allocate for each byte of input; a JSON tree needs some tens. */
    private static final long BYTES_FOR_A_BYTE = 100;

    private Fuzz() {}

    /** Reader of inputs. */
    @FunctionalInterface
    public interface Reader {
        /** Reads an input, or throws an exception. */
        void read(byte[] input) throws Exception;
    }

    /**
     * Reader and its inputs.
     *
     * @param name name of the format
     * @param cases number of damaged inputs
     * @param valid valid inputs to damage
     * @param refusals documented types of exceptions
     * @param reader the reader
     */
    public record Target(
            String name, int cases, List<byte[]> valid, Set<Class<? extends Exception>> refusals, Reader reader) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** Runs a fuzz test. A seed determines the inputs. */
    public static void run(Target target, long seed) throws Exception {
        // otherwise the first check refuses all inputs
        assertThat(refused(target, seed))
                .as(target + ": share of inputs refused")
                .isLessThan(1);
    }

    /** Runs a fuzz test of files with a hash, which nearly all damage invalidates. */
    public static void runSealed(Target target, long seed) throws Exception {
        assertThat(refused(target, seed))
                .as(target + ": share of inputs refused")
                .isGreaterThan(0.95);
    }

    private static double refused(Target target, long seed) throws Exception {
        for (byte[] valid : target.valid()) {
            target.reader().read(valid);
        }
        SplittableRandom seeds = new SplittableRandom(seed);
        int cases = target.cases() * Integer.getInteger("fuzz.factor", 1);
        int refused = 0;
        for (int i = 0; i < cases; i++) {
            ByteMutator mutator = new ByteMutator(seeds.split());
            byte[] input = mutator.mutate(target.valid());
            refused += refuses(target, input, i) ? 1 : 0;
        }
        // otherwise the damage has no effect
        assertThat(refused).as(target + ": inputs refused of " + cases).isGreaterThanOrEqualTo(cases / 100);
        return (double) refused / cases;
    }

    /** Result of reading an input. */
    private record Reading(Throwable thrown, long allocated) {}

    private static Reading read(Target target, byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Throwable thrown = null;
        try {
            target.reader().read(input);
        } catch (Throwable e) {
            thrown = e;
        }
        return new Reading(thrown, THREADS.getCurrentThreadAllocatedBytes() - before);
    }

    private static boolean refuses(Target target, byte[] input, int number) {
        long limit = FREE_BYTES + BYTES_FOR_A_BYTE * input.length;
        Reading reading = read(target, input);
        Throwable thrown = reading.thrown();
        // the first input of a kind initializes classes, such as the tables of Unicode's composed form
        long allocated = reading.allocated() < limit
                ? reading.allocated()
                : read(target, input).allocated();
        Supplier<String> what = () -> target + ", case " + number + ", input " + text(input);
        if (thrown != null) {
            assertThat(thrown).as(what).isInstanceOfAny(target.refusals().toArray(Class<?>[]::new));
            assertThat(thrown.getMessage()).as(what).isNotBlank();
        }
        assertThat(allocated).as(() -> "bytes allocated by " + what.get()).isLessThan(limit);
        return thrown != null;
    }

    private static String text(byte[] input) {
        String shown = new String(input, 0, Math.min(input.length, 500), StandardCharsets.ISO_8859_1);
        return shown
                + (input.length < 20_000 ? "\nbase64 " + Base64.getEncoder().encodeToString(input) : "");
    }
}
