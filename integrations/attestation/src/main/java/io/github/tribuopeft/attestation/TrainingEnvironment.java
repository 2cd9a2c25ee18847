package io.github.tribuopeft.attestation;

import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftTrainerProvenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tribuo.provenance.ModelProvenance;

/** Facts on the software and the machine of a training run, by name. */
final class TrainingEnvironment {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** Features that select other kernels of libtorch or its math libraries. */
    private static final String VECTOR_FEATURE = "(avx|amx|sse4|fma|f16c|asimd|sve|bf16|i8mm).*|sme|sme2";

    private TrainingEnvironment() {}

    /**
     * Returns the facts of a model's provenance. For a model that was trained in this process, those of the process and
     * its machine follow.
     */
    static Map<String, Object> of(AdaptedModel model) {
        ModelProvenance provenance = model.getProvenance();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("java", provenance.getJavaVersion());
        facts.put("os", provenance.getOS());
        facts.put("arch", provenance.getArch());
        facts.put("tribuo", provenance.getTribuoVersion());
        put(facts, "tribuoPeft", model, PeftTrainerProvenance.PEFT_VERSION);
        put(facts, "djl", model, PeftTrainerProvenance.DJL_VERSION);
        put(facts, "libtorch", model, PeftTrainerProvenance.TORCH_VERSION);
        put(facts, "threads", model, PeftTrainerProvenance.THREADS);
        put(facts, "device", model, PeftTrainerProvenance.RESOLVED_DEVICE);
        if (model.history().isPresent()) {
            facts.put("javaRuntime", System.getProperty("java.vm.name") + " " + Runtime.version());
            facts.put("osVersion", System.getProperty("os.version"));
            facts.put("processors", Runtime.getRuntime().availableProcessors());
            addProcessor(facts);
        }
        return facts;
    }

    private static void put(Map<String, Object> facts, String name, AdaptedModel model, String key) {
        Provenance value =
                model.getProvenance().getTrainerProvenance().getInstanceValues().get(key);
        if (value instanceof PrimitiveProvenance<?> primitive) {
            facts.put(name, primitive.getValue());
        }
    }

    /** Adds the name of the processor and its vector instructions, on Linux. */
    private static void addProcessor(Map<String, Object> facts) {
        if (!Files.isReadable(PROCESSORS)) {
            return;
        }
        try (Stream<String> lines = Files.lines(PROCESSORS, StandardCharsets.ISO_8859_1)) {
            Map<String, String> first = new LinkedHashMap<>();
            lines.filter(line -> line.contains(":")).forEach(line -> {
                String[] parts = line.split(":", 2);
                first.putIfAbsent(parts[0].strip(), parts[1].strip());
            });
            if (first.containsKey("model name")) {
                facts.put("processor", first.get("model name"));
            }
            List<String> features = Arrays.stream(first.getOrDefault("flags", first.getOrDefault("Features", ""))
                            .split(" "))
                    .filter(feature -> feature.matches(VECTOR_FEATURE))
                    .sorted()
                    .toList();
            if (!features.isEmpty()) {
                facts.put("processorFeatures", features);
            }
        } catch (IOException e) {
            facts.put("processor", "unknown: " + e.getMessage());
        }
    }
}
