package io.github.tribuopeft.cli;

import ai.djl.Device;
import ai.djl.util.Utils;
import com.sun.management.OperatingSystemMXBean;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.NativeLibraries;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command that checks whether this machine can train and predict. */
@Command(
        name = "doctor",
        description = {
            "Checks Java, the native library, the device, memory, the cache directory and the embedded backbone.",
            "Exit code 0: all is well. 1: a check failed."
        },
        sortOptions = false,
        customSynopsis = "peft doctor [--device=auto|cpu|cuda:N] [--json=FILE]",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    private static final int OLDEST_JAVA = 17;
    private static final long LITTLE_MEMORY = 1_500_000_000L;

    /** Losses of the two epochs of {@link #train} on a CPU. Other devices and processors round differently. */
    private static final List<Double> LOSSES = List.of(0.6603, 0.5160);

    private static final double TOLERANCE = 2e-3;

    @Option(names = "--device", paramLabel = "auto|cpu|cuda:N", description = "Device to check (default: auto).")
    private String device = "auto";

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results to this JSON file.")
    private Path json;

    private final Map<String, Map<String, Object>> results = new LinkedHashMap<>();
    private boolean failed;

    /** Finds out a fact, or throws an exception whose message says what is wrong. */
    @FunctionalInterface
    private interface Check {
        String find() throws IOException;
    }

    @Override
    public Integer call() throws IOException {
        new Destinations().writes("--json", json).check();
        check("Java", DoctorCommand::java);
        check("memory", DoctorCommand::memory);
        check("cache", DoctorCommand::cache);
        check("libtorch", DoctorCommand::libtorch);
        if (!failed) {
            check("device", this::device);
        }
        if (!failed) {
            check("threads", DoctorCommand::threads);
            check("backbone", DoctorCommand::backbone);
        }
        if (!failed) {
            check("training", this::train);
        }
        System.out.println(failed ? "A check failed; see docs/troubleshooting.md" : "All is well");
        if (json != null) {
            Json.write(json, results);
        }
        return failed ? Peft.FAILED : 0;
    }

    private void check(String name, Check check) {
        Map<String, Object> result = new LinkedHashMap<>();
        String text;
        boolean ok = true;
        try {
            text = check.find();
        } catch (IOException | RuntimeException | LinkageError e) {
            ok = false;
            failed = true;
            text = FailureMessage.of(e, "");
        }
        result.put("ok", ok);
        result.put("text", text);
        results.put(name, result);
        System.out.printf(Locale.ROOT, "%-6s  %-8s  %s%n", ok ? "ok" : "FAILED", name, text);
    }

    private static String java() {
        String found = System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + "), "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (Runtime.version().feature() < OLDEST_JAVA) {
            throw new IllegalStateException(found + "; expected Java " + OLDEST_JAVA + " or later");
        }
        return found;
    }

    private static String memory() {
        long heap = Runtime.getRuntime().maxMemory();
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        String found = String.format(
                Locale.ROOT,
                "%,d MB, of which %,d MB are free; Java heap at most %,d MB",
                machine.getTotalMemorySize() >> 20,
                machine.getFreeMemorySize() >> 20,
                heap >> 20);
        if (machine.getTotalMemorySize() < LITTLE_MEMORY) {
            throw new IllegalStateException(found + "; a training run with the embedded backbone needs about 1,000 MB");
        }
        return found;
    }

    private static String cache() throws IOException {
        Path directory = Utils.getCacheDir();
        Files.createDirectories(directory);
        if (!Files.isWritable(directory)) {
            throw new IOException(directory + " cannot be written; set DJL_CACHE_DIR to another directory, on a file"
                    + " system that allows execution");
        }
        return directory + " can be written";
    }

    private static String libtorch() {
        return "version " + NativeLibraries.torch().getVersion() + ", through DJL " + TorchRuntime.djlVersion();
    }

    private String device() {
        Device resolved = Devices.resolve(device);
        int gpus = NativeLibraries.torch().getGpuCount();
        return Devices.name(resolved)
                + (gpus == 0
                        ? "; no GPU that this build of libtorch can use (docs/troubleshooting.md#gpu)"
                        : "; " + Counted.of(gpus, "GPU", "GPUs"));
    }

    private static String threads() {
        return Counted.of(Runtime.getRuntime().availableProcessors(), "processor", "processors") + ", "
                + Counted.of(TorchRuntime.workers(), "worker thread", "worker threads") + ", "
                + Counted.of(TorchRuntime.operationThreads(), "thread", "threads") + " for each operation";
    }

    private static String backbone() {
        MiniLm backbone = new MiniLm();
        return backbone.name() + ", weights " + backbone.fingerprint().shortForm() + "…";
    }

    /** Trains two steps and compares the losses, which depend on the forward and the backward pass. */
    private String train() {
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        LabelFactory labels = new LabelFactory();
        MutableDataset<Label> data = new MutableDataset<>(new SimpleDataSourceProvenance("doctor", labels), labels);
        data.add(extractor.extract(new Label("weather"), "It will rain in the afternoon."));
        data.add(extractor.extract(new Label("sport"), "The home team won the match."));
        data.add(extractor.extract(new Label("weather"), "A cold wind blows from the north."));
        data.add(extractor.extract(new Label("sport"), "She scored in the last minute."));
        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(new MiniLm())
                .method(LoRA.builder().dropout(0).build())
                .options(TrainingOptions.builder().epochs(LOSSES.size()).build())
                .device(device)
                .developmentFraction(0)
                .build();
        long start = System.nanoTime();
        List<Double> losses;
        try (PeftModel<Label> model = trainer.train(data)) {
            losses = model.history().orElseThrow().epochs().stream()
                    .map(TrainingEpoch::trainLoss)
                    .toList();
        }
        for (int i = 0; i < losses.size(); i++) {
            if (!(Math.abs(losses.get(i) - LOSSES.get(i)) <= TOLERANCE)) {
                throw new IllegalStateException("the losses of two steps are " + losses + "; expected " + LOSSES
                        + " with a tolerance of " + TOLERANCE + ", so computations on this device are wrong");
            }
        }
        return String.format(
                Locale.ROOT,
                "forward and backward pass agree with stored values, %.1f s with loading",
                (System.nanoTime() - start) / 1e9);
    }
}
