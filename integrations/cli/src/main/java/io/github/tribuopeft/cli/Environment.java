package io.github.tribuopeft.cli;

import ai.djl.engine.Engine;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.engine.NativeLibraries;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tribuo.Tribuo;

/** Facts on which a result depends in addition to its data and settings: the backbone, versions and the machine. */
final class Environment {

    private Environment() {}

    /**
     * Returns the command line in addition to the facts of {@link #describe(String, Fingerprint)}.
     *
     * @param arguments the command's arguments
     */
    static Map<String, String> describe(BackboneSource backbone, List<String> arguments) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "command",
                "./peft " + arguments.stream().map(Environment::quoted).collect(Collectors.joining(" ")));
        facts.putAll(describe(backbone.name(), backbone.fingerprint()));
        return facts;
    }

    /** Returns the backbone, versions and the machine by name. */
    static Map<String, String> describe(String backbone, Fingerprint fingerprint) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("backbone", backbone);
        facts.put("backbone weights", "SHA-256 " + fingerprint.weights());
        facts.put("backbone configuration", "SHA-256 " + fingerprint.config());
        facts.put("backbone tokenizer", "SHA-256 " + fingerprint.tokenizer());
        facts.put("Tribuo PEFT", Peft.Version.number());
        facts.put("Tribuo", Tribuo.VERSION);
        Engine engine = NativeLibraries.torch();
        facts.put("DJL", TorchRuntime.djlVersion());
        facts.put("libtorch", TorchRuntime.torchVersion());
        facts.put("Java", System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
        facts.put(
                "machine",
                System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " processors, " + engine.getGpuCount()
                        + " GPUs");
        facts.put("worker threads", "" + TorchRuntime.workers());
        facts.put("threads of one operation", "" + TorchRuntime.operationThreads());
        return facts;
    }

    private static String quoted(String argument) {
        return argument.matches("[\\w./,:=+-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
