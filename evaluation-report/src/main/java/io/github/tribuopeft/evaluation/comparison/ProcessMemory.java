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

/** Peak memory of this process, including native memory. Available on Linux. */
public final class ProcessMemory {

    private static final Logger logger = Logger.getLogger(ProcessMemory.class.getName());

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private ProcessMemory() {}

    /** Returns the peak resident size in bytes since the last {@link #resetPeak}, or since the process started. */
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
     * Sets the peak to the current size, after returning unused memory to the operating system.
     *
     * @return whether the operating system supports this
     */
    public static boolean resetPeak() {
        System.gc();
        trimNativeHeap();
        try {
            Files.writeString(CLEAR, "5");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes the C library return memory that it keeps after it was freed. */
    private static void trimNativeHeap() {
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        } catch (JMException e) {
            logger.log(Level.FINE, "Java cannot trim the native heap; peak memory may include memory freed earlier", e);
        }
    }
}
