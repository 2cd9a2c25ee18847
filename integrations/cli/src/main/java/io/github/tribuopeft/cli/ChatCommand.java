package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.chat.ChatFormat;
import io.github.tribuopeft.chat.SpeakerFormat;
import io.github.tribuopeft.chattemplate.ChatTemplate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command that talks with models, each of which is a persona on one backbone. */
@Command(
        name = "chat",
        description = "Talks with models of task generation, line by line. /help lists the commands.",
        sortOptions = false,
        customSynopsis = "peft chat --model=MODEL [--model=MODEL]... [OPTIONS]",
        mixinStandardHelpOptions = true)
final class ChatCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description = "Model file. Its name without extension is the name of the persona. May be repeated.")
    private List<Path> files;

    @Option(
            names = "--backbone",
            paramLabel = "DIR",
            description = "Backbone of the models, if it was moved after training.")
    private String backbone;

    @Option(
            names = "--speakers",
            split = ",",
            paramLabel = "USER,ASSISTANT",
            description = "Names of the speakers in the prompts of the training. Without them, the chat template of the"
                    + " backbone formats the conversation or, if it has none, the speakers are User and Assistant.")
    private List<String> speakers;

    @Option(names = "--system", paramLabel = "TEXT", description = "Instructions at the beginning of a conversation.")
    private String system;

    @Mixin
    private GenerationOptions settings;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        settings.request(""); // refuses wrong options before models are read
        if (backbone != null) {
            BackboneCatalog.register(TuningOptions.source(backbone));
        }
        Map<String, PeftTextModel> personas = new LinkedHashMap<>();
        try {
            InferenceOptions options = device.apply();
            for (Path file : files) {
                if (personas.put(name(file), read(file, options)) != null) {
                    throw new UsageException(
                            "--model: two files have the name '" + name(file) + "'; personas need different names");
                }
            }
            requireOneBackbone(personas);
            personas.values().iterator().next().score("a", "a"); // loads the backbone
            talk(new ChatSession(personas, format(personas.values().iterator().next()), system, settings));
        } finally {
            personas.values().forEach(PeftTextModel::close);
        }
        return 0;
    }

    private static String name(Path file) {
        return file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
    }

    private static PeftTextModel read(Path file, InferenceOptions options) {
        AdaptedModel model = ModelOptions.read(file, options);
        if (model instanceof PeftTextModel text) {
            return text;
        }
        model.close();
        throw new UsageException(
                "--model: " + file + " does not generate texts; expected a model of task " + Task.GENERATION.id());
    }

    private static void requireOneBackbone(Map<String, PeftTextModel> personas) {
        Map.Entry<String, PeftTextModel> first = personas.entrySet().iterator().next();
        for (Map.Entry<String, PeftTextModel> other : personas.entrySet()) {
            if (!other.getValue()
                    .backbone()
                    .fingerprint()
                    .equals(first.getValue().backbone().fingerprint())) {
                throw new UsageException("--model: '" + first.getKey() + "' has the backbone "
                        + first.getValue().backbone().name() + ", but '" + other.getKey() + "' has another one, "
                        + other.getValue().backbone().name() + "; expected models on one backbone");
            }
        }
    }

    private ChatFormat format(PeftTextModel model) {
        if (speakers != null && speakers.size() != 2) {
            throw new UsageException("--speakers: expected two names with a comma between them, but found "
                    + String.join(",", speakers));
        }
        Optional<ChatFormat> template = speakers == null ? template(model) : Optional.empty();
        try {
            return template.orElseGet(() -> speakers == null
                    ? new SpeakerFormat("User", "Assistant")
                    : new SpeakerFormat(speakers.get(0), speakers.get(1)));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--speakers: " + e.getMessage(), e);
        }
    }

    private Optional<ChatFormat> template(PeftTextModel model) {
        Optional<BackboneSource> source =
                backbone == null ? model.backbone().source() : Optional.of(TuningOptions.source(backbone));
        return source.flatMap(BackboneSource::localDirectory).flatMap(ChatTemplate::read);
    }

    private static void talk(ChatSession session) throws IOException {
        // not closed: standard input belongs to the process
        BufferedReader in = new BufferedReader(new InputStreamReader(
                System.in, StandardCharsets.UTF_8.newDecoder())); // throws an exception for bytes that are not UTF-8
        boolean interactive = System.console() != null;
        try {
            do {
                if (interactive) {
                    System.out.print("> ");
                    System.out.flush();
                }
            } while (session.accept(in.readLine()));
        } catch (CharacterCodingException e) {
            throw new UsageException("standard input is not in UTF-8", e);
        }
    }
}
