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

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Maximum number of new tokens (default: ${DEFAULT-VALUE}).")
    private int maxTokens = GenerationRequest.DEFAULT_MAX_TOKENS;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "Divisor of the logits of sampled tokens; 0 for the most probable token (default: 0).")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "N",
            description = "Number of most probable tokens to sample from (default: all).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "X",
            description = "Probability mass of the most probable tokens to sample from (default: 1).")
    private double topP = 1;

    @Option(
            names = "--min-p",
            paramLabel = "X",
            description = "Minimum probability relative to the most probable token (default: 0).")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            description = "Penalty of tokens that have occurred (default: 1, none).")
    private double repetitionPenalty = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the samples (default: ${DEFAULT-VALUE}).")
    private long seed = 12345;

    @Option(names = "--stop", paramLabel = "TEXT", description = "Text that ends the generation. May be repeated.")
    private List<String> stop = List.of();

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
        List<GenerationRequest> requests = texts.stream().map(this::request).toList();
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

    private GenerationRequest request(String prompt) {
        try {
            return new GenerationRequest(
                    prompt, maxTokens, temperature, topK, topP, minP, repetitionPenalty, seed, stop);
        } catch (IllegalArgumentException e) {
            throw new UsageException("generate: " + e.getMessage(), e);
        }
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
