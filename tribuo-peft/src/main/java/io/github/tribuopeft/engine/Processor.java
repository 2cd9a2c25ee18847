package io.github.tribuopeft.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Processor of this machine. libtorch selects its kernels by the instruction sets, and kernels of different instruction sets
 * add numbers in a different order, so the last bits of a result depend on them.
 */
public final class Processor {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** Instruction sets by which libtorch and its libraries select kernels, as Linux names them. */
    private static final Set<String> INSTRUCTION_SETS = Set.of(
            "sse4_2",
            "avx",
            "avx2",
            "fma",
            "avx512f",
            "avx512bw",
            "avx512dq",
            "avx512vl",
            "avx512_vnni",
            "avx512_bf16",
            "avx512_fp16",
            "avx_vnni",
            "amx_tile",
            "amx_bf16",
            "amx_int8",
            "asimd",
            "asimdhp",
            "asimddp",
            "sve",
            "sve2",
            "bf16",
            "i8mm");

    /** Environment variables that restrict the instruction sets of libtorch, oneDNN and MKL. */
    private static final List<String> RESTRICTIONS = List.of(
            "ATEN_CPU_CAPABILITY", "DNNL_MAX_CPU_ISA", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS");

    private Processor() {}

    /** Returns the name of the model, such as {@code Intel(R) Xeon(R) CPU @ 2.20GHz}; the architecture if unknown. */
    public static String model() {
        String windows = System.getenv("PROCESSOR_IDENTIFIER");
        return values("model name")
                .findFirst()
                .orElse(windows == null ? System.getProperty("os.arch") : windows)
                .replaceAll("\\s+", " ");
    }

    /** Returns the instruction sets that matter, separated by spaces; {@code unknown} on systems other than Linux. */
    public static String instructionSets() {
        Set<String> found = Stream.concat(values("flags"), values("Features"))
                .limit(1)
                .flatMap(flags -> Stream.of(flags.split(" ")))
                .filter(INSTRUCTION_SETS::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        return found.isEmpty() ? "unknown" : String.join(" ", found);
    }

    /** Returns the environment variables that restrict the instruction sets; {@code none} if none is set. */
    public static String restrictions() {
        String set = RESTRICTIONS.stream()
                .filter(name -> System.getenv(name) != null)
                .map(name -> name + "=" + System.getenv(name))
                .collect(Collectors.joining(" "));
        return set.isEmpty() ? "none" : set;
    }

    private static Stream<String> values(String key) {
        try {
            return Files.readAllLines(CPU_INFO, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip());
        } catch (IOException e) { // another system
            return Stream.empty();
        }
    }
}
