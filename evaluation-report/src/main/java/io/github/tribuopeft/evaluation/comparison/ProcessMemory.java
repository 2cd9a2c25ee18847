package io.github.tribuopeft.evaluation.comparison;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.management.JMException;
import javax.management.ObjectName;

/** How much memory this process has needed, native memory included, where the system tells (Linux). */
public final class ProcessMemory {

    private static final Logger logger = Logger.getLogger(ProcessMemory.class.getName());

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private ProcessMemory() {}

    /** The largest resident size in bytes since the process or the last {@link #resetPeak} began. */
    public static OptionalLong peakBytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Begins a new peak at the present size, after memory that earlier work has freed was given back as far as the system and Java know how.
     *
     * @return whether the system could
     */
    public static boolean resetPeak() {
        System.gc();
        giveBack();
        try {
            Files.writeString(CLEAR, "5");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The C library keeps freed memory for itself; Java has a diagnostic command that trims it. */
    private static void giveBack() {
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        } catch (JMException e) {
            logger.log(Level.FINE, "This Java cannot trim the native heap: peaks hold what earlier work has freed", e);
        }
    }
}
