package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.data.TextTable;
import io.github.tribuopeft.generation.Generation;
import io.github.tribuopeft.generation.GenerationRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command that continues prompts. */
@Command(
        name = "generate",
        description = "Continues prompts with a model of task generation. Writes one JSON object per line.",
        sortOptions = false,
        customSynopsis = "peft generate --model=MODEL (--prompt=TEXT... | --input=FILE) [OPTIONS]",
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions models;

    @ArgGroup(multiplicity = "1")
    private Prompts prompts;

    @Mixin
    private GenerationOptions settings;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Number of texts that are generated at the same time (default: ${DEFAULT-VALUE}; 1 with"
                    + " --stream).")
    private int batchSize = 16;

    @Option(names = "--stream", description = "Print plain text as it is generated.")
    private boolean stream;

    @Mixin
    private DeviceOptions device;

    /** Prompts from the command line or from a file. */
    static final class Prompts {
        @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "Prompt. May be repeated.")
        private List<String> texts;

        @Option(
                names = "--input",
                required = true,
                paramLabel = "FILE",
                description = "File with a prompt in each line.")
        private Path file;
    }

    @Override
    public Integer call() throws IOException {
        if (batchSize < 1) {
            throw new UsageException("--batch-size: expected a number of texts, at least 1, but found " + batchSize);
        }
        models.runWith(device.apply()).inputs().reads("--input", prompts.file).check();
        List<String> texts = prompts.file == null ? prompts.texts : TextTable.lines(prompts.file);
        List<GenerationRequest> requests = texts.stream().map(settings::request).toList();
        if (!(models.read() instanceof PeftTextModel model)) {
            throw new UsageException(
                    "--model: the model does not generate texts; expected a model of task " + Task.GENERATION.id());
        }
        long tokens = 0;
        double seconds = 0;
        try (model) {
            model.score("a", "a"); // loads the backbone, so that the speed is that of the generation
            int size = stream ? 1 : batchSize;
            for (int first = 0; first < requests.size(); first += size) {
                List<GenerationRequest> batch = requests.subList(first, Math.min(requests.size(), first + size));
                long begin = System.nanoTime();
                List<Generation> generations = generate(model, batch);
                seconds += (System.nanoTime() - begin) / 1e9;
                for (int i = 0; i < batch.size(); i++) {
                    tokens += generations.get(i).ids().size();
                    System.out.println(stream ? "" : Json.line(described(batch.get(i), generations.get(i))));
                }
            }
        }
        System.err.printf(Locale.ROOT, "%d new tokens, %.1f tokens per second%n", tokens, tokens / seconds);
        return 0;
    }

    private List<Generation> generate(PeftTextModel model, List<GenerationRequest> batch) {
        try {
            if (!stream) {
                return model.generate(batch, batch.size());
            }
            return List.of(model.generate(batch.get(0), part -> {
                System.out.print(part);
                System.out.flush();
                return true;
            }));
        } catch (IllegalArgumentException e) {
            throw new UsageException("generate: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> described(GenerationRequest request, Generation generation) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("prompt", request.prompt());
        described.put("text", generation.text());
        described.put("finish", generation.finishReason().name().toLowerCase(Locale.ROOT));
        described.put("promptTokens", generation.promptTokens());
        described.put("tokens", generation.ids().size());
        return described;
    }
}
