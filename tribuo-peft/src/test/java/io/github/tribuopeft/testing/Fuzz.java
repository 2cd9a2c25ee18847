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
 * Damaged inputs for a reader of files. Every one must be read or refused with an exception of a documented type and a
 * message, and without taking memory out of proportion to its size. Endless loops show as the test's timeout, native
 * crashes as the death of its JVM.
 *
 * <p>The number of cases is multiplied by the system property {@code fuzz.factor}, see {@code -Pfuzz}.
 */
public final class Fuzz {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What a reader may allocate for an input of no size: buffers, exceptions with their traces, parsers. */
    private static final long FREE_BYTES = 2_000_000;

    /** Bytes on the heap that a byte of input may become: a tree of JSON takes some tens. */
    private static final long BYTES_FOR_A_BYTE = 100;

    private Fuzz() {}

    /** Reads an input, or throws. */
    @FunctionalInterface
    public interface Reader {
        /** Reads. */
        void read(byte[] input) throws Exception;
    }

    /**
     * A reader and what it is tried on.
     *
     * @param name what it reads
     * @param cases number of damaged inputs
     * @param sound inputs to damage, all of which the reader reads
     * @param refusals the types of exceptions that it documents
     * @param reader the reader
     */
    public record Target(
            String name, int cases, List<byte[]> sound, Set<Class<? extends Exception>> refusals, Reader reader) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** Tries a reader. The same seed gives the same inputs. */
    public static void run(Target target, long seed) throws Exception {
        // or nothing of the damage gets beyond the first check
        assertThat(refused(target, seed))
                .as(target + ": share of inputs refused")
                .isLessThan(1);
    }

    /** Tries a reader of files that are sealed, so that hardly any damage should get beyond the seal. */
    public static void runSealed(Target target, long seed) throws Exception {
        assertThat(refused(target, seed))
                .as(target + ": share of inputs refused")
                .isGreaterThan(0.95);
    }

    private static double refused(Target target, long seed) throws Exception {
        for (byte[] sound : target.sound()) {
            target.reader().read(sound);
        }
        SplittableRandom seeds = new SplittableRandom(seed);
        int cases = target.cases() * Integer.getInteger("fuzz.factor", 1);
        int refused = 0;
        for (int i = 0; i < cases; i++) {
            ByteMutator damage = new ByteMutator(seeds.split());
            byte[] input = damage.to(target.sound());
            refused += refuses(target, input, i) ? 1 : 0;
        }
        // or the damage does nothing
        assertThat(refused).as(target + ": inputs refused of " + cases).isGreaterThanOrEqualTo(cases / 100);
        return (double) refused / cases;
    }

    private static boolean refuses(Target target, byte[] input, int number) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Throwable thrown = null;
        try {
            target.reader().read(input);
        } catch (Throwable e) {
            thrown = e;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        Supplier<String> what = () -> target + ", case " + number + ", input " + text(input);
        if (thrown != null) {
            assertThat(thrown).as(what).isInstanceOfAny(target.refusals().toArray(Class<?>[]::new));
            assertThat(thrown.getMessage()).as(what).isNotBlank();
        }
        assertThat(allocated)
                .as(() -> "bytes allocated by " + what.get())
                .isLessThan(FREE_BYTES + BYTES_FOR_A_BYTE * input.length);
        return thrown != null;
    }

    private static String text(byte[] input) {
        String shown = new String(input, 0, Math.min(input.length, 500), StandardCharsets.ISO_8859_1);
        return shown
                + (input.length < 20_000 ? "\nbase64 " + Base64.getEncoder().encodeToString(input) : "");
    }
}
