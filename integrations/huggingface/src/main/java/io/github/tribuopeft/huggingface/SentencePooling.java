package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.TextPooling;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What sentence-transformers notes beside a model: {@code modules.json} names the pooling's folder, whose {@code config.json} says how. */
final class SentencePooling {

    private static final Logger logger = Logger.getLogger(SentencePooling.class.getName());

    private static final String MODULES = "modules.json";
    private static final String USUAL_FOLDER = "1_Pooling";
    private static final String FLAG = "pooling_mode_";

    /** Both spellings: a flag for each way, and lately the way's name. */
    private static final Map<String, TextPooling> KNOWN = Map.of(
            "cls_token", TextPooling.CLS,
            "cls", TextPooling.CLS,
            "mean_tokens", TextPooling.MEAN,
            "mean", TextPooling.MEAN,
            "lasttoken", TextPooling.LAST);

    private SentencePooling() {}

    /**
     * Reads the settings of a directory.
     *
     * @return empty if there are none, or only a way of pooling that there is none of here, which is logged
     * @throws BackboneException if a file is no JSON, or the pooling's folder is not in the directory
     */
    static Optional<TextPooling> in(Path directory) {
        Path file = directory.resolve(folder(directory)).resolve(HuggingFaceDirectory.CONFIG);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        List<String> modes = modes(ConfigFile.read(file).json());
        if (modes.size() == 1 && KNOWN.containsKey(modes.get(0))) {
            return Optional.of(KNOWN.get(modes.get(0)));
        }
        if (!modes.isEmpty()) {
            logger.warning(() -> file + " asks for pooling by " + modes
                    + ", which there is none of here: the architecture's usual pooling is taken unless another is set");
        }
        return Optional.empty();
    }

    /** The files that are read of a directory, where it has them. */
    static Stream<Path> files(Path directory) {
        return Stream.of(
                        directory.resolve(MODULES),
                        directory.resolve(folder(directory)).resolve(HuggingFaceDirectory.CONFIG))
                .filter(Files::isRegularFile);
    }

    private static String folder(Path directory) {
        Path file = directory.resolve(MODULES);
        if (!Files.isRegularFile(file)) {
            return USUAL_FOLDER;
        }
        for (JsonNode module : ConfigFile.read(file).json()) {
            if (module.path("type").asText().endsWith(".Pooling")) {
                return inside(directory, module.path("path").asText(), file);
            }
        }
        return USUAL_FOLDER;
    }

    private static String inside(Path directory, String path, Path file) {
        try {
            if (directory.resolve(path).normalize().startsWith(directory.normalize())) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new BackboneException(file + " names an impossible folder: '" + path + "'", e);
        }
        throw new BackboneException(file + " names a folder outside its directory: '" + path + "'");
    }

    private static List<String> modes(JsonNode config) {
        List<String> modes = new ArrayList<>();
        config.fields().forEachRemaining(setting -> {
            if (setting.getKey().startsWith(FLAG) && setting.getValue().asBoolean()) {
                modes.add(setting.getKey().substring(FLAG.length()));
            }
        });
        if (config.path("pooling_mode").isTextual()) {
            modes.add(config.path("pooling_mode").asText());
        }
        return modes;
    }
}
